def pick_at(self, weights: Tensor, uniform: Tensor) -> Tensor:
  total = torch.cumsum(weights, 1)
  whole = total[:, -1:].contiguous()
  last = torch.searchsorted(total, whole)
  at = torch.minimum(torch.searchsorted(total, uniform.unsqueeze(1) * whole, right=True), last)
  return torch.clamp(at, max=weights.size(1) - 1)  # of weights that are no numbers: any, for the sampler to stop
def pick_code(self, p: Tensor, uniform: Tensor, topp: float) -> Tensor:
  if topp >= 1.0:
    return self.pick_at(p, uniform).squeeze(1)
  tail = (1.0 - topp - 1.0e-5) / p.size(1)  # what is less sums to less than 1 − top-p, so it is not kept
  ranked, order = torch.sort(torch.threshold(p, max(tail, 0.0), 0.0), stable=True, dim=1, descending=True)  # faster on a CPU with zeros
  before = torch.cumsum(ranked, 1) - ranked
  kept = torch.where(torch.lt(before, topp), ranked, torch.zeros_like(ranked))
  return torch.gather(order, 1, self.pick_at(kept, uniform)).squeeze(1)
