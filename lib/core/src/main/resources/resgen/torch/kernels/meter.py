# Numbers of a training run that stay on the device until they are read (resgen.train.Meter).
def add(self, sums: Tensor, numbers: List[Tensor], places: Tensor, share: float) -> Tensor:
  return sums.index_add_(0, places, torch.stack(numbers).to(7), alpha=share)  # [names]
def check(self, broken: Tensor, sums: Tensor, before: Tensor, own: Tensor, at: Tensor, base: Tensor) -> Tensor:
  now = sums - before  # [names], this step's numbers
  own.copy_(torch.where(torch.lt(broken, 0), now, own))  # of the first step with one that is not finite, or the last step
  before.copy_(sums)
  bad = torch.logical_not(torch.all(torch.isfinite(now)))
  first = torch.logical_and(bad, torch.lt(broken, 0))
  return broken.copy_(torch.where(first, base + at, broken))  # the first step with such a number, or −1
def row(self, table: Tensor, at: Tensor) -> Tensor:
  return torch.index_select(table, 0, at).squeeze(0)
def advance(self, at: Tensor) -> Tensor:
  return at.add_(1)
def forward(self, x: Tensor) -> Tensor:
  return x
