def forward(self, visible: Tensor, table: Tensor) -> Tensor:
  d = table.size(0)
  bits = visible
  if visible.dim() == 2:
    bits = torch.lt(torch.arange(d, device=visible.device), visible.unsqueeze(2)).to(4)
  rows = bits + torch.arange(d, device=visible.device) * 2
  e = torch.embedding(table.reshape([d * 2, table.size(2)]), rows)
  return torch.flatten(e, 2)
