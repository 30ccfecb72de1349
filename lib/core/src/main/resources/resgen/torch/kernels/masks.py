# Masks of residual tokens: bool [B, L, D], true where visible (resgen.mask).
def ranks(self, scores: Tensor) -> Tensor:
  order = torch.argsort(scores, stable=True, dim=1, descending=True)  # [B, S]
  place = torch.arange(scores.size(1), device=scores.device).expand(order.size())
  return torch.scatter(torch.zeros_like(order), 1, order, place)  # [B, S], the largest is 0, of equals the first
def within(self, lengths: Tensor, l: int) -> Tensor:
  return torch.lt(torch.arange(l, device=lengths.device), lengths.unsqueeze(1))  # [B, L], true where there are tokens
def drawn(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  held = self.within(lengths, l).unsqueeze(2).expand([lengths.size(0), l, d]).flatten(1)  # [B, L·D]
  ranked = self.ranks(torch.where(held, scores, torch.full_like(scores, -1.0)))
  return torch.lt(ranked, n.unsqueeze(1)).view([lengths.size(0), l, d])  # [B, L, D], n of each sample
def prefix(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  k = torch.sum(self.drawn(scores, lengths, n, l, d), [2])  # [B, L], k_i ~ multivariate hypergeometric
  return torch.lt(torch.arange(d, device=k.device), d - k.unsqueeze(2))  # [B, L, D], the k_i deepest masked
def uniform(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  masked = torch.lt(self.ranks(torch.where(self.within(lengths, l).unsqueeze(2).expand([lengths.size(0), l, d]).flatten(1), -scores, torch.full_like(scores, -2.0))), n.unsqueeze(1))
  return torch.logical_not(masked.view([lengths.size(0), l, d]))  # [B, L, D], the n smallest masked
def depthwise(self, scores: Tensor, lengths: Tensor, n: Tensor, depth: Tensor, d: int) -> Tuple[Tensor, Tensor]:
  masked = self.drawn(scores, lengths, n, scores.size(1), 1)  # [B, L, 1], at the depth under way
  j = torch.arange(d, device=scores.device)
  visible = torch.lt(j, depth.view([-1, 1, 1]) + 1 - masked.to(4))  # [B, L, D]
  visible = torch.logical_or(visible, torch.logical_not(self.within(lengths, scores.size(1))).unsqueeze(2))
  return (visible, torch.logical_and(masked, torch.eq(j, depth.view([-1, 1, 1]))))
def each(self, n: Tensor, d: int) -> Tensor:
  return torch.lt(torch.arange(d, device=n.device), d - n.unsqueeze(2))  # [B, L] masked counts → [B, L, D]
def none(self, lengths: Tensor, l: int, d: int) -> Tensor:
  return torch.zeros([lengths.size(0), l, d], dtype=11, device=lengths.device)  # nothing visible
def full(self, r: Tensor, value: int) -> Tensor:
  return torch.full_like(r, value, dtype=4)
def pad(self, visible: Tensor, lengths: Tensor) -> Tensor:
  return torch.logical_or(visible, torch.logical_not(self.within(lengths, visible.size(1))).unsqueeze(2))
def reveal_prefix(self, visible: Tensor, scores: Tensor, left: Tensor) -> Tensor:
  masked = torch.logical_not(visible)  # [B, L, k]
  n = torch.sum(masked, [1, 2]) - left  # [B], how many are revealed
  first = torch.lt(self.ranks(scores.flatten(1)), n.unsqueeze(1)).view(visible.size())
  count = torch.sum(visible, [2]) + torch.sum(first, [2])  # [B, L]: counted, then shown from the coarse side
  return torch.lt(torch.arange(visible.size(2), device=visible.device), count.unsqueeze(2))  # [B, L, k]
def reveal_uniform(self, visible: Tensor, scores: Tensor, left: Tensor) -> Tensor:
  n = torch.sum(torch.logical_not(visible), [1, 2]) - left  # [B]
  first = torch.lt(self.ranks(scores.flatten(1)), n.unsqueeze(1)).view(visible.size())
  return torch.logical_or(visible, first)  # [B, L, k]
def scores(self, visible: Tensor, terms: Tensor, noise: Tensor, tau: float) -> Tensor:
  masked = torch.logical_not(visible)  # [B, L, k]
  total = torch.cumsum(torch.where(masked, terms.to(7), torch.zeros_like(noise)), 2)  # Σ over masked depths, coarse to fine
  s = torch.clamp(total, min=-1.7976931348623157e308) + tau * noise
  return torch.where(masked, s, torch.full_like(s, float("-inf")))  # [B, L, k]
def random(self, visible: Tensor, noise: Tensor) -> Tensor:
  return torch.where(visible, torch.full_like(noise, float("-inf")), noise)  # [B, L, k]
def fill(self, codes: Tensor, visible: Tensor, proposed: Tensor, shown: Tensor, first: int) -> Tensor:
  k = shown.size(2)
  now = visible.narrow(2, first, k)
  fresh = torch.logical_and(shown, torch.logical_not(now))
  at = codes.narrow(2, first, k)
  at.copy_(torch.where(fresh, proposed, at))  # what is visible is never revised
  now.copy_(shown)
  return codes
def count(self, masked: Tensor) -> Tensor:
  return torch.sum(masked).to(6)  # []
def positions(self, masked: Tensor) -> Tensor:
  return torch.sum(torch.any(masked, 2)).to(6)  # []
def level(self, visible: Tensor) -> Tensor:
  prefix = torch.sum(torch.cumprod(visible.to(4), 2), [2])  # [B, L], visible depths before the first masked one
  return torch.clamp(visible.size(2) - 1 - prefix, min=0)  # [B, L]: D − 1 − shallowest masked depth
def any(self, masked: Tensor) -> Tensor:
  return torch.any(masked, 2)  # [B, L]
def forward(self, x: Tensor) -> Tensor:
  return x
def put(self, codes: Tensor, drawn: Tensor, position: int) -> Tensor:
  codes.select(1, position).copy_(drawn)
  return codes
def check(self, broken: Tensor, values: Tensor, step: Tensor) -> Tensor:
  bad = torch.logical_not(torch.all(torch.isfinite(values)))
  return broken.copy_(torch.where(torch.logical_and(bad, torch.eq(broken, 0)), step, broken))
def counts(self, flags: Tensor) -> Tensor:
  return torch.sum(flags, [flags.dim() - 1])
