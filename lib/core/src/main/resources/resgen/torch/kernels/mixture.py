# include gemm
# include pick
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
def pick(self, table: Tensor, level: Tensor) -> Tensor:
  if table.size(0) == 1:
    return table.expand([level.size(0), table.size(1), table.size(2)])
  return torch.index_select(table, 0, level)
def against(self, z: Tensor, offset: Tensor, level: Tensor) -> Tensor:
  norms = torch.sum(offset * offset, [2])
  t = offset.size(0)
  if t == 1:
    return torch.addmm(norms[0], z, offset[0].t(), beta=1.0, alpha=-2.0)
  ordered = bool(torch.all(torch.ge(level[1:], level[:-1])))
  order = level
  y = z
  if not ordered:
    order = torch.argsort(level)
    y = torch.index_select(z, 0, order)
  counts = annotate(List[int], torch.bincount(level, None, t).tolist())
  parts = annotate(List[Tensor], [])
  start = 0
  for i in range(t):
    if counts[i] > 0:
      parts.append(torch.addmm(norms[i], y.narrow(0, start, counts[i]), offset[i].t(), beta=1.0, alpha=-2.0))
      start = start + counts[i]
  base = torch.cat(parts, 0)
  if ordered:
    return base
  return torch.index_select(base, 0, torch.argsort(order))
def squared(self, z: Tensor, means: Tensor, basis: Tensor, offset: Tensor, level: Tensor, rank: int) -> Tensor:
  n = z.size(0)
  zz = torch.sum(z * z, [1], True)
  if offset.size(0) == 0:
    mm = torch.sum(means * means, [2])
    zm = torch.matmul(means, z.unsqueeze(2)).squeeze(2)
    return torch.abs(zz + mm - 2.0 * zm)
  base = self.against(z, offset, level)
  if rank == 0:
    return zz + base
  t = offset.size(0)
  k = offset.size(1)
  h = offset.size(2)
  gram = torch.matmul(basis.transpose(1, 2), basis)
  along = torch.matmul(z, basis.permute([1, 0, 2]).reshape([h, k * rank])).view([n, k, rank])
  shifted = self.pick(torch.einsum("khr,tkh->tkr", [basis, offset]).reshape([t, k, rank]), level)
  bent = torch.einsum("nki,kij->nkj", [means, gram])
  own = torch.sum(means * (bent + 2.0 * shifted - 2.0 * along), [2])
  return torch.abs(zz + base + own)
def forward(self, x: Tensor, z: Tensor, level: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, unit: Tensor, floor: Tensor, k: int, d: int, smoothing: float, sharpness: float, prior: float, gradient: float) -> Tuple[Tensor, Tensor, Tensor]:
  n = z.size(0)
  h = z.size(1)
  parts = self.outputs(x, weight, bias, k, d, h, gradient)
  logpi = torch.log_softmax(parts[0], 1)
  a0 = torch.index_select(unit, 0, level)
  loga = torch.maximum(a0 + parts[3].squeeze(1), torch.index_select(floor, 0, level))
  zt = (z - parts[2] * torch.exp(a0).unsqueeze(1)) * torch.exp(-loga).unsqueeze(1)
  d2 = self.squared(zt, parts[1].view([n, k, d]), basis, offset, level, d)
  score = d2.detach() * (-0.5 * sharpness)
  if prior > 0.0:
    score = torch.add(score, logpi.detach(), alpha=prior)
  logq = torch.log_softmax(score, 1)
  q = torch.exp(logq)
  if smoothing > 0.0:
    q = q * (1.0 - smoothing) + smoothing / k
    logq = torch.log(q)
  scale = h * loga + 0.9189385332046727 * h
  regression = scale + 0.5 * torch.sum(q * d2, [1])
  divergence = torch.sum(q * (logq - logpi), [1])
  exact = scale.detach() - torch.logsumexp(torch.sub(logpi.detach(), d2.detach(), alpha=0.5), [1])
  return (regression, divergence, exact)
def moments(self, x: Tensor, level: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, unit: Tensor, floor: Tensor, k: int, d: int, h: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  n = x.size(0)
  parts = self.outputs(x, weight, bias, k, d, h, 1.0)
  means = parts[1].view([n, k, d])
  if offset.size(0) > 0:
    whole = self.pick(offset, level)
    if d > 0:
      whole = whole + torch.einsum("khr,nkr->nkh", [basis, means])
    means = whole
  a0 = torch.index_select(unit, 0, level)
  loga = torch.maximum(a0 + parts[3].squeeze(1), torch.index_select(floor, 0, level))
  return (torch.log_softmax(parts[0], 1), means, parts[2] * torch.exp(a0).unsqueeze(1), loga)
def draw(self, x: Tensor, level: Tensor, uniform: Tensor, noise: Tensor, weight: Tensor, bias: Tensor, basis: Tensor, offset: Tensor, unit: Tensor, floor: Tensor, k: int, d: int, topp: float, spread: float) -> Tuple[Tensor, Tensor]:
  n = x.size(0)
  h = noise.size(1)
  w = torch.split_with_sizes(weight, [k, k * d, h + 1], 0)
  b = torch.split_with_sizes(bias, [k, k * d, h + 1], 0)
  p = torch.softmax(self.linear(x, w[0]).to(6) + b[0], 1)
  chosen = self.pick_code(p, uniform, topp)
  mean = torch.zeros_like(noise)
  if d > 0:
    rows = w[1].view([k, d, x.size(1)])
    local = torch.empty([n, d], dtype=6, device=x.device)
    start = 0
    while start < n:
      size = 256
      if n - start < size:
        size = n - start
      c = chosen.narrow(0, start, size)
      part = torch.matmul(torch.index_select(rows, 0, c), x.narrow(0, start, size).unsqueeze(2)).squeeze(2)
      local.narrow(0, start, size).copy_(part + torch.index_select(b[1].view([k, d]), 0, c))
      start = start + size
    if offset.size(0) == 0:
      mean = local
    else:
      mean = torch.matmul(torch.index_select(basis, 0, chosen), local.unsqueeze(2)).squeeze(2)
  if offset.size(0) > 0:
    at = chosen
    if offset.size(0) > 1:
      at = level * k + chosen
    mean = mean + torch.index_select(offset.reshape([offset.size(0) * k, h]), 0, at)
  tail = torch.linear(x, w[2]) + b[2]
  a0 = torch.index_select(unit, 0, level)
  loga = torch.maximum(a0 + tail[:, h], torch.index_select(floor, 0, level))
  a = torch.exp(loga).unsqueeze(1)
  return (a * (mean + noise * spread) + tail[:, :h] * torch.exp(a0).unsqueeze(1), chosen)
