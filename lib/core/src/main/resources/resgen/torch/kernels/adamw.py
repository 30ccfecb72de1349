# AdamW with decoupled decay and clipping by the global norm; numbers that change are tensors.
def gradients(self, xs: List[Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for x in xs:
    out.append(unchecked_cast(Tensor, x.grad))
  return out
def clear(self, xs: List[Tensor]) -> Tensor:
  torch._foreach_zero_(self.gradients(xs))
  return xs[0]
def norm(self, xs: List[Tensor]) -> Tensor:
  return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(self.gradients(xs))))  # []
def step(self, xs: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], norm: Tensor, clip: float, rate: Tensor, peak: float, beta1: float, beta2: float, eps: float, decay: float) -> Tensor:
  g = self.gradients(xs)
  over = torch.ones([], dtype=6, device=norm.device)
  if clip > 0.0:
    over = torch.clamp((norm + 1e-6) / clip, min=1.0)  # gradients are divided by it
  skip = torch.logical_not(torch.isfinite(norm)).to(6)  # 1: nothing is updated
  torch._foreach_add_(steps, 1.0)
  torch._fused_adamw_(xs, g, m, v, annotate(List[Tensor], []), steps, lr=rate * peak, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False, grad_scale=over, found_inf=skip)
  torch._foreach_zero_(g)
  return steps[0]
def forward(self, xs: List[Tensor]) -> Tensor:
  total = torch.zeros([], dtype=6, device=xs[0].device)
  for x in xs:
    total = total + torch.sum(x) * 0.0
  return total
