# Masks of the other laws (resgen.mask.Uniform, Depthwise) and of causal models. Shapes as in masks.py.
# include masks
def uniform(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  masked = torch.lt(self.ranks(torch.where(self.held(lengths, l, d), -scores, torch.full_like(scores, -2.0))), n.unsqueeze(1))
  return torch.logical_not(masked.view([lengths.size(0), l, d]))  # [B, L, D], the n smallest masked
def depthwise(self, scores: Tensor, lengths: Tensor, n: Tensor, depth: Tensor, d: int) -> Tuple[Tensor, Tensor]:
  masked = self.drawn(scores, lengths, n, scores.size(1), 1)  # [B, L, 1], at the depth under way
  j = torch.arange(d, device=scores.device)
  visible = torch.lt(j, depth.view([-1, 1, 1]) + 1 - masked.to(4))  # [B, L, D]
  return (self.pad(visible, lengths), torch.logical_and(masked, torch.eq(j, depth.view([-1, 1, 1]))))
def none(self, lengths: Tensor, l: int, d: int) -> Tensor:
  return torch.zeros([lengths.size(0), l, d], dtype=11, device=lengths.device)  # nothing visible
def full(self, r: Tensor, value: int) -> Tensor:
  return torch.full_like(r, value, dtype=4)
def turned(self, r: Tensor, n: int) -> Tensor:
  return torch.cat([torch.frac(r + i / n) for i in range(n)])  # [B, L] → [n·B, L]
