def forward(self, table: Tensor, labels: Tensor) -> Tensor:
  return torch.embedding(table, labels)
