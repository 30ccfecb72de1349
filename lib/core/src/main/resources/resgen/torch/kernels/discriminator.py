def forward(self, x: Tensor, weights: List[Tensor], frozen: bool, groups: int) -> Tensor:
  w = annotate(List[Tensor], [])
  for t in weights:
    if frozen:
      w.append(t.detach())
    else:
      w.append(t)
  h = torch.leaky_relu(torch.conv2d(x, w[0], w[1], [2, 2], [1, 1]), 0.2)
  i = 2
  while i + 2 < len(w):
    h = torch.conv2d(h, w[i], w[i + 1], [2, 2], [1, 1])
    h = torch.leaky_relu(torch.group_norm(h, groups, w[i + 2], w[i + 3], 1e-6), 0.2)
    i = i + 4
  return torch.conv2d(h, w[i], w[i + 1], [1, 1], [1, 1])
def hinge(self, real: Tensor, fake: Tensor) -> Tensor:
  return 0.5 * (torch.mean(torch.relu(1.0 - real)) + torch.mean(torch.relu(1.0 + fake)))
def balance(self, reconstruction: Tensor, generator: Tensor, last: Tensor) -> Tensor:
  a = torch.autograd.grad([reconstruction], [last], None, True, False, False)[0]
  b = torch.autograd.grad([generator], [last], None, True, False, False)[0]
  if a is None or b is None:
    return torch.zeros([], dtype=6, device=last.device)
  x = torch.linalg_vector_norm(unchecked_cast(Tensor, a))
  y = torch.linalg_vector_norm(unchecked_cast(Tensor, b))
  return torch.clamp(x / (y + 1e-4), 0.0, 10000.0)
