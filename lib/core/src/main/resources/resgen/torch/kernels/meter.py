# Numbers of a training run that stay on the device until they are read (resgen.train.Meter).
def add(self, sums: Tensor, numbers: List[Tensor], first: int, share: float) -> Tensor:
  return sums.narrow(0, first, len(numbers)).add_(torch.stack(numbers).to(7), alpha=share)
def check(self, broken: Tensor, sums: Tensor, at: Tensor, base: Tensor) -> Tensor:
  bad = torch.logical_not(torch.all(torch.isfinite(sums)))
  first = torch.logical_and(bad, torch.lt(broken, 0))
  return broken.copy_(torch.where(first, base + at, broken))  # the first step with such a number, or −1
def row(self, table: Tensor, at: Tensor) -> Tensor:
  return torch.index_select(table, 0, at).squeeze(0)
def advance(self, at: Tensor) -> Tensor:
  return at.add_(1)
def forward(self, x: Tensor) -> Tensor:
  return x
