def cross(self, z: Tensor, means: Tensor, basis: Tensor, offset: Tensor, rank: int) -> Tensor:
  n = z.size(0)
  zz = torch.sum(z * z, [1], True)
  if rank == 0:
    mm = torch.sum(means * means, [2])
    zm = torch.matmul(means, z.unsqueeze(2)).squeeze(2)
    return torch.abs(zz + mm - 2.0 * zm)
  k = offset.size(0)
  h = offset.size(1)
  gram = torch.matmul(basis.transpose(1, 2), basis)
  along = torch.matmul(z, basis.permute([1, 0, 2]).reshape([h, k * rank])).view([n, k, rank])
  shifted = torch.matmul(basis.transpose(1, 2), offset.unsqueeze(2)).squeeze(2)
  bent = torch.einsum("nki,kij->nkj", [means, gram])
  own = torch.sum(means * (bent + 2.0 * shifted - 2.0 * along), [2])
  base = zz + torch.sum(offset * offset, [1]) - 2.0 * torch.matmul(z, offset.t())
  return torch.abs(base + own)
def outputs(self, x: Tensor, weight: Tensor, bias: Tensor, k: int, d: int, h: int, gradient: float) -> List[Tensor]:
  if gradient == 1.0:
    y = torch.linear(x.to(@P@), weight.to(@P@)).to(6) + bias
    return torch.split_with_sizes(y, [k, k * d, h, 1], 1)
  w = torch.split_with_sizes(weight, [k, k * d + h + 1], 0)
  b = torch.split_with_sizes(bias, [k, k * d + h + 1], 0)
  slow = x * gradient + x.detach() * (1.0 - gradient)
  logits = torch.linear(x.to(@P@), w[0].to(@P@)).to(6) + b[0]
  rest = torch.linear(slow.to(@P@), w[1].to(@P@)).to(6) + b[1]
  parts = torch.split_with_sizes(rest, [k * d, h, 1], 1)
  return [logits, parts[0], parts[1], parts[2]]
def forward(self, x: Tensor, z: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, k: int, rank: int, smoothing: float, floor: float, gradient: float) -> Tuple[Tensor, Tensor, Tensor]:
  n = z.size(0)
  h = z.size(1)
  d = h
  if rank > 0:
    d = rank
  parts = self.outputs(x, weight, bias, k, d, h, gradient)
  logpi = torch.log_softmax(parts[0], 1)
  loga = torch.clamp_min(parts[3].squeeze(1), floor)
  zt = (z - parts[2]) * torch.exp(-loga).unsqueeze(1)
  logn = -0.5 * self.cross(zt, parts[1].view([n, k, d]), basis, offset, rank) - 0.9189385332046727 * h
  logq = torch.log_softmax(logn.detach(), 1)
  q = torch.exp(logq)
  if smoothing > 0.0:
    q = q * (1.0 - smoothing) + smoothing / k
    logq = torch.log(q)
  scale = h * loga
  regression = scale - torch.sum(q * logn, [1])
  divergence = torch.sum(q * (logq - logpi), [1])
  exact = scale.detach() - torch.logsumexp(logpi.detach() + logn.detach(), [1])
  return (regression, divergence, exact)
def moments(self, x: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, k: int, rank: int, h: int, floor: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  n = x.size(0)
  d = h
  if rank > 0:
    d = rank
  parts = self.outputs(x, weight, bias, k, d, h, 1.0)
  means = parts[1].view([n, k, d])
  if rank > 0:
    means = torch.einsum("khr,nkr->nkh", [basis, means]) + offset
  return (torch.log_softmax(parts[0], 1), means, parts[2], torch.clamp_min(parts[3].squeeze(1), floor))
def draw(self, x: Tensor, uniform: Tensor, noise: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, k: int, rank: int, floor: float, topp: float, spread: float) -> Tuple[Tensor, Tensor]:
  n = x.size(0)
  h = noise.size(1)
  d = h
  if rank > 0:
    d = rank
  w = torch.split_with_sizes(weight, [k, k * d, h + 1], 0)
  b = torch.split_with_sizes(bias, [k, k * d, h + 1], 0)
  p = torch.softmax(torch.linear(x.to(@P@), w[0].to(@P@)).to(6) + b[0], 1)
  if topp < 1.0:
    ranked, order = torch.sort(p, 1, True)
    before = torch.cumsum(ranked, 1) - ranked
    ranked = torch.where(before < topp, ranked, torch.zeros_like(ranked))
    total = torch.cumsum(ranked, 1)
    last = torch.sum(ranked > 0.0, [1], True) - 1
    at = torch.minimum(torch.sum(total <= uniform.unsqueeze(1) * total[:, -1:], [1], True), last)
    pick = torch.gather(order, 1, at)
  else:
    total = torch.cumsum(p, 1)
    at = torch.sum(total <= uniform.unsqueeze(1) * total[:, -1:], [1], True)
    pick = torch.clamp_max(at, k - 1)
  pick = pick.squeeze(1)
  rows = w[1].view([k, d, x.size(1)])
  local = torch.empty([n, d], dtype=6, device=x.device)
  start = 0
  while start < n:
    size = 256
    if n - start < size:
      size = n - start
    chosen = torch.index_select(pick.narrow(0, start, size), 0, torch.arange(size, device=x.device))
    part = torch.matmul(rows[chosen], x.narrow(0, start, size).unsqueeze(2)).squeeze(2)
    local.narrow(0, start, size).copy_(part + b[1].view([k, d])[chosen])
    start = start + size
  mean = local
  if rank > 0:
    mean = torch.matmul(basis[pick], local.unsqueeze(2)).squeeze(2) + offset[pick]
  tail = torch.linear(x, w[2]) + b[2]
  loga = torch.clamp_min(tail[:, h], floor)
  a = torch.exp(loga).unsqueeze(1)
  return (a * mean + tail[:, :h] + a * noise * spread, pick)
