def forward(self, x: Tensor, rows: Tensor) -> Tensor:
  return torch.index_select(torch.flatten(x, 0, 1), 0, rows)
