# What is visible of a position, as D embeddings side by side.
def forward(self, visible: Tensor, table: Tensor) -> Tensor:
  d = table.size(0)
  rows = visible.to(4) + torch.arange(d, device=visible.device) * 2  # [B, L, D]
  e = torch.embedding(table.reshape([d * 2, table.size(2)]), rows)  # [B, L, D, E]
  return torch.flatten(e, 2)  # [B, L, D·E]
