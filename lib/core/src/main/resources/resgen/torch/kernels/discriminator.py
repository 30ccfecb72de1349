# include convolve
def forward(self, x: Tensor, weights: List[Tensor], frozen: bool, groups: int) -> Tensor:
  w = annotate(List[Tensor], [])
  for t in weights:
    if frozen:
      w.append(t.detach())
    else:
      w.append(t)
  h = torch.leaky_relu(self.convolve(x, w[0], w[1], 2, 1), 0.2)
  i = 2
  while i + 2 < len(w):
    h = self.convolve(h, w[i], w[i + 1], 2, 1)
    h = torch.leaky_relu(torch.group_norm(h, groups, w[i + 2], w[i + 3], 1e-6), 0.2)
    i = i + 4
  return self.convolve(h, w[i], w[i + 1], 1, 1)
def hinge(self, real: Tensor, fake: Tensor) -> Tensor:
  return 0.5 * (torch.mean(torch.relu(1.0 - real)) + torch.mean(torch.relu(1.0 + fake)))
def slopes(self, reconstruction: Tensor, generator: Tensor, last: Tensor) -> Tuple[Tensor, Tensor]:
  a = torch.autograd.grad([reconstruction], [last], None, True, False, False)[0]
  b = torch.autograd.grad([generator], [last], None, True, False, False)[0]
  if a is None or b is None:
    return (torch.zeros_like(last), torch.zeros_like(last))
  return (unchecked_cast(Tensor, a), unchecked_cast(Tensor, b))
def ratio(self, reconstruction: Tensor, generator: Tensor) -> Tensor:
  return torch.clamp(torch.linalg_vector_norm(reconstruction) / (torch.linalg_vector_norm(generator) + 1e-4), 0.0, 10000.0)
