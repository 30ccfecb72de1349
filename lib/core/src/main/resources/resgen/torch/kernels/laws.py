# Masks of the other laws (resgen.mask.Uniform, Depthwise, Levels) and of causal models. Shapes as in masks.py.
# include masks
def uniform(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  masked = torch.lt(self.ranks(torch.where(self.held(lengths, l, d), -scores, torch.full_like(scores, -2.0))), n.unsqueeze(1))
  return torch.logical_not(masked.view([lengths.size(0), l, d]))  # [B, L, D], the n smallest masked
def depthwise(self, scores: Tensor, lengths: Tensor, n: Tensor, depth: Tensor, d: int) -> Tuple[Tensor, Tensor]:
  masked = self.drawn(scores, lengths, n, scores.size(1), 1)  # [B, L, 1], at the depth under way
  j = torch.arange(d, device=scores.device)
  visible = torch.lt(j, depth.view([-1, 1, 1]) + 1 - masked.to(4))  # [B, L, D]
  return (self.pad(visible, lengths), torch.logical_and(masked, torch.eq(j, depth.view([-1, 1, 1]))))
def levels(self, lengths: Tensor, depth: Tensor, l: int, d: int) -> Tuple[Tensor, Tensor]:
  j = torch.arange(d, device=lengths.device) - 1  # from the second depth on
  visible = torch.lt(j, depth.view([-1, 1, 1])).expand([lengths.size(0), l, d])
  predicted = torch.logical_and(torch.eq(j, depth.view([-1, 1, 1])), self.within(lengths, l).unsqueeze(2))
  return (self.pad(visible, lengths), predicted)  # [B, L, D] each
def with_first(self, predicted: Tensor, lengths: Tensor) -> Tensor:
  own = self.within(lengths, predicted.size(1)).unsqueeze(2)  # [B, L, 1]
  return torch.cat([own, predicted.narrow(2, 1, predicted.size(2) - 1)], 2)  # [B, L, D]
def none(self, lengths: Tensor, l: int, d: int) -> Tensor:
  return torch.zeros([lengths.size(0), l, d], dtype=11, device=lengths.device)  # nothing visible
def full(self, r: Tensor, value: int) -> Tensor:
  return torch.full_like(r, value, dtype=4)
def turned(self, r: Tensor, n: int) -> Tensor:
  return torch.cat([torch.frac(r + i / n) for i in range(n)])  # [B, L] → [n·B, L]
