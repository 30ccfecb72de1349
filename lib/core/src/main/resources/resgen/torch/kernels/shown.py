def shown(self, visible: Tensor, d: int) -> Tensor:
  if visible.dim() == 2:
    return torch.gt(visible, 0)
  return torch.lt(torch.arange(d, device=visible.device), visible.unsqueeze(1))
