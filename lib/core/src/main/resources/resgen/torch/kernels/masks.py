# Masks of residual tokens: bool [B, L, D], true where visible (resgen.mask).
# include ranks
def within(self, lengths: Tensor, l: int) -> Tensor:
  return torch.lt(torch.arange(l, device=lengths.device), lengths.unsqueeze(1))  # [B, L], true where there are tokens
def held(self, lengths: Tensor, l: int, d: int) -> Tensor:
  return self.within(lengths, l).unsqueeze(2).expand([lengths.size(0), l, d]).flatten(1)  # [B, L·D]
def drawn(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  ranked = self.ranks(torch.where(self.held(lengths, l, d), scores, torch.full_like(scores, -1.0)))
  return torch.lt(ranked, n.unsqueeze(1)).view([lengths.size(0), l, d])  # [B, L, D], n of each sample
def prefix(self, scores: Tensor, lengths: Tensor, n: Tensor, l: int, d: int) -> Tensor:
  k = torch.sum(self.drawn(scores, lengths, n, l, d), [2])  # [B, L], k_i ~ multivariate hypergeometric
  return self.each(k, d)  # [B, L, D], the k_i deepest masked
def each(self, n: Tensor, d: int) -> Tensor:
  return torch.lt(torch.arange(d, device=n.device), d - n.unsqueeze(2))  # [B, L] masked counts → [B, L, D]
def pad(self, visible: Tensor, lengths: Tensor) -> Tensor:
  return torch.logical_or(visible, torch.logical_not(self.within(lengths, visible.size(1))).unsqueeze(2))
def behind(self, flags: Tensor, prompts: Tensor, within: bool) -> Tensor:
  at = torch.arange(flags.size(1), device=flags.device) - prompts.unsqueeze(1)  # [B, L], place after the prompt
  moved = torch.gather(flags, 1, torch.clamp(at, min=0).unsqueeze(2).expand(flags.size()))
  return torch.where(torch.ge(at, 0).unsqueeze(2), moved, torch.full_like(flags, within))  # [B, L, D]
def coarse(self, visible: Tensor, depths: int) -> Tensor:
  return torch.logical_or(visible, torch.lt(torch.arange(visible.size(2), device=visible.device), depths))  # [B, L, D]
def prompts(self, u: Tensor, lengths: Tensor, dropped: Tensor, share: float) -> Tensor:
  least = torch.clamp(lengths // 4, max=5)  # [B]
  p = least + torch.floor(u.select(1, 1) * (lengths // 2 - least + 1)).to(4)  # uniform in least … L/2
  there = torch.logical_and(torch.lt(u.select(1, 0), share), torch.logical_not(dropped))
  return torch.where(there, p, torch.zeros_like(p))  # [B]
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
