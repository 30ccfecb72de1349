# Class embeddings; the last row of a table is that of no class (resgen.model.ClassConditioner).
def forward(self, table: Tensor, labels: Tensor) -> Tensor:
  return torch.embedding(table, labels)  # [B] → [B, W]
def without(self, labels: Tensor, where: Tensor, none: int) -> Tensor:
  return torch.where(where, torch.full_like(labels, none), labels)  # [B]
def none(self, labels: Tensor, none: int) -> Tensor:
  return torch.full_like(labels, none)  # [B]
