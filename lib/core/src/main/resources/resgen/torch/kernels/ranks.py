def ranks(self, scores: Tensor) -> Tensor:
  order = torch.argsort(scores, stable=True, dim=1, descending=True)  # [B, S]
  place = torch.arange(scores.size(1), device=scores.device).expand(order.size())
  return torch.scatter(torch.zeros_like(order), 1, order, place)  # [B, S], the largest is 0, of equals the first
