# What a sampling step reveals (resgen.sample; Algorithm 2). visible bool [B, L, k] of the step's depths.
# include ranks
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
def row(self, table: Tensor, at: Tensor) -> Tensor:
  return torch.index_select(table, 0, at).squeeze(0)  # [S, 1], [1] → [1]
def take(self, table: Tensor, at: Tensor) -> Tensor:
  return torch.index_select(table, 0, at)  # [S, W], [1] → [1, W]
def column(self, table: Tensor, at: Tensor) -> Tensor:
  return torch.index_select(table, 1, at).squeeze(1)  # [B, L, W], [1] → [B, W]
def begun(self, drawn: Tensor, given: Tensor, prompts: Tensor, at: Tensor) -> Tensor:
  there = torch.lt(at, prompts).unsqueeze(1)  # [B, 1], whether the position is given
  return torch.where(there, torch.index_select(given, 1, at).squeeze(1), drawn)  # [B, D]
def sums(self, sums: Tensor, given: Tensor, prompts: Tensor, at: Tensor) -> Tensor:
  n = sums.size(0) // given.size(0)  # 2 with guidance
  there = torch.lt(at, prompts).unsqueeze(1).repeat([n, 1])
  return sums.copy_(torch.where(there, given.repeat([n, 1]), sums))  # [n·B, H]
def advance(self, at: Tensor) -> Tensor:
  return at.add_(1)
def put(self, codes: Tensor, drawn: Tensor, at: Tensor) -> Tensor:
  return codes.index_copy_(1, at, drawn.unsqueeze(1))  # [B, L, D], the codes of one position
def check(self, broken: Tensor, values: Tensor, step: Tensor) -> Tensor:
  bad = torch.logical_not(torch.all(torch.isfinite(values)))
  return broken.copy_(torch.where(torch.logical_and(bad, torch.eq(broken, 0)), step, broken))
def counts(self, flags: Tensor) -> Tensor:
  return torch.sum(flags, [flags.dim() - 1])
def forward(self, x: Tensor) -> Tensor:
  return x
