def pick_at(self, weights: Tensor, uniform: Tensor) -> Tensor:
  total = torch.cumsum(weights, 1)
  whole = total[:, -1:].contiguous()
  last = torch.searchsorted(total, whole)
  at = torch.minimum(torch.searchsorted(total, uniform.unsqueeze(1) * whole, right=True), last)
  return torch.clamp(at, max=weights.size(1) - 1)  # of weights that are no numbers: any, for the sampler to stop
def pick_code(self, p: Tensor, uniform: Tensor, topp: float) -> Tensor:
  if topp >= 1.0:
    return self.pick_at(p, uniform).squeeze(1)
  ranked, order = torch.sort(p, stable=True, dim=1, descending=True)
  before = torch.cumsum(ranked, 1) - ranked
  kept = torch.where(torch.lt(before, topp), ranked, torch.zeros_like(ranked))
  return torch.gather(order, 1, self.pick_at(kept, uniform)).squeeze(1)
