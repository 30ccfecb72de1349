# A text at the rate of positions (resgen.model.TimedConditioner). S symbols, F = L·each frames.
def embed(self, table: Tensor, symbols: Tensor) -> Tensor:
  return torch.embedding(table, symbols)  # [B, S, E]
def expand(self, states: Tensor, nothing: Tensor, frames: Tensor, each: int) -> Tensor:
  b = states.size(0)
  s = states.size(1)
  rows = torch.cat([states, nothing.expand([b, 1, nothing.size(0)])], 1)  # [B, S + 1, E], the last without text
  at = torch.where(torch.lt(frames, 0), torch.full_like(frames, s), frames)  # [B, F]
  x = torch.gather(rows, 1, at.unsqueeze(2).expand([b, at.size(1), rows.size(2)]))  # [B, F, E]
  return x.view([b, at.size(1) // each, each * rows.size(2)])  # [B, L, each·E]
def without(self, frames: Tensor, where: Tensor, none: int) -> Tensor:
  return torch.where(where.unsqueeze(1), torch.full_like(frames, none), frames)  # [B, F]
def none(self, frames: Tensor, none: int) -> Tensor:
  return torch.full_like(frames, none)  # [B, F]
def start(self, text: Tensor, first: Tensor) -> Tensor:
  rest = text.narrow(1, 1, text.size(1) - 1)
  return torch.cat([text.narrow(1, 0, 1) + first.unsqueeze(1), rest], 1)  # [B, L, W]
def forward(self, x: Tensor) -> Tensor:
  return x
