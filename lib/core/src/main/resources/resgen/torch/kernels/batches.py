# Training batches from tokens that live on the device (resgen.model.TokenBatches).
def rows(self, order: Tensor, step: Tensor, base: Tensor, batch: int) -> Tensor:
  at = step * batch - base + torch.arange(batch, device=order.device)  # places in the order of all epochs
  return torch.index_select(order, 0, at)  # [B], indices into the set
def codes(self, codes: Tensor, rows: Tensor, l: int) -> Tensor:
  return torch.index_select(codes, 0, rows).view([rows.size(0), l, codes.size(1) // l]).to(4)  # [B, L, D]
def select(self, xs: List[Tensor], rows: Tensor) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for x in xs:
    out.append(torch.index_select(x, 0, rows))
  return out
def advance(self, step: Tensor) -> Tensor:
  return step.add_(1)
def below(self, u: Tensor, share: float) -> Tensor:
  return torch.lt(u, share)
def one_masked(self, codes: Tensor, first: Tensor, shown: int) -> Tensor:
  b = codes.size(0)
  l = codes.size(1)
  own = (first + torch.arange(b, device=codes.device)) % l  # [B]
  other = torch.ne(torch.arange(l, device=codes.device), own.unsqueeze(1))  # [B, L]
  depth = torch.lt(torch.arange(codes.size(2), device=codes.device), shown)  # [D]
  return torch.logical_and(other.unsqueeze(2), depth)  # [B, L, D], visible
def own(self, x: Tensor, first: Tensor) -> Tensor:
  b = x.size(0)
  at = (first + torch.arange(b, device=x.device)) % x.size(1)  # position i mod L of sample i
  return x[torch.arange(b, device=x.device), at]  # [B, ...]
def cross_entropy(self, logp: Tensor, codes: Tensor) -> Tensor:
  return -torch.sum(torch.gather(logp, 1, codes.unsqueeze(1)))  # []
def forward(self, x: Tensor) -> Tensor:
  return x
