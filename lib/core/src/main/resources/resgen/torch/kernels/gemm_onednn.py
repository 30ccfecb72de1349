def plain(self, x: Tensor) -> bool:
  if x.is_cuda or torch.is_grad_enabled():
    return True
  rows = x.numel() // x.size(x.dim() - 1)
  return @P@ == 6 and rows > 8 and rows < 64
def linear(self, x: Tensor, w: Tensor) -> Tensor:
  if self.plain(x):
    return torch.linear(x.to(@P@), w.to(@P@))
  return ops.mkldnn._linear_pointwise(x.to(@P@), w.to(@P@), None, "none", annotate(List[Optional[number]], []), "")
def linear_gelu(self, x: Tensor, w: Tensor) -> Tensor:
  if self.plain(x):
    return torch.gelu(torch.linear(x.to(@P@), w.to(@P@)), approximate="tanh")
  return ops.mkldnn._linear_pointwise(x.to(@P@), w.to(@P@), None, "gelu", annotate(List[Optional[number]], []), "tanh")
