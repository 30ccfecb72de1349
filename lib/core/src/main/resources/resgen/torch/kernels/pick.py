def pick_code(self, p: Tensor, uniform: Tensor, topp: float) -> Tensor:
  if topp >= 1.0:
    whole = torch.cumsum(p, 1)
    end = whole[:, -1:].contiguous()
    most = torch.searchsorted(whole, end)
    drawn = torch.searchsorted(whole, uniform.unsqueeze(1) * end, right=True)
    return torch.minimum(drawn, most).squeeze(1)
  ranked, order = torch.sort(p, stable=True, dim=1, descending=True)
  if topp < 1.0:
    before = torch.cumsum(ranked, 1) - ranked
    ranked = torch.where(torch.lt(before, topp), ranked, torch.zeros_like(ranked))
  total = torch.cumsum(ranked, 1)
  last = torch.sum(torch.gt(ranked, 0.0), [1], True) - 1
  target = uniform.unsqueeze(1) * total[:, -1:]
  at = torch.minimum(torch.sum(torch.le(total, target), [1], True), last)
  return torch.gather(order, 1, at).squeeze(1)
