# Means over what is to be predicted, and what else a loss needs of plain sums.
def forward(self, x: Tensor, active: Tensor, count: Tensor, parts: int) -> Tensor:
  return torch.sum(torch.where(active, x, torch.zeros_like(x))) * parts / torch.clamp(count, min=1.0)  # []
def guide(self, x: Tensor, rows: int, weight: Tensor) -> Tensor:
  c = x.narrow(0, 0, rows)
  return c + (c - x.narrow(0, rows, rows)) * weight.to(6)  # x_c + w·(x_c − x_u), the second half is x_u
