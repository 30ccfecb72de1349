# The mixture of Gaussians p(z) = Σ_v π_v N(z; a·μ_v + b, a²I) at N positions (resgen.head.MixtureHead).
# x [N, W] hidden states, z [N, H] targets, level [N] masked depths less one, K components.
# The output layer's rows: K logits, K·d of the means, H of the shift b, 1 of log a. Products of the
# logits are in @P@, everything else of the mixture is in float32, but for the squares of anchored means in float64.
# p: weight [K + K·d + H + 1, W], bias, basis M [K, H, h], offset s [1 or D, K, H], unit [D], floor [D],
# levels [D, K + K·d + H + 1]: biases of a level's own, or empty.
# include gemm
# include pick
def biases(self, level: Tensor, p: List[Tensor]) -> Tensor:
  b = p[1].unsqueeze(0)  # [1, K + K·d + H + 1]
  if p[6].size(0) > 0:
    b = b + torch.embedding(p[6], level)  # [N, K + K·d + H + 1], of each position's level
  return b
def outputs(self, x: Tensor, level: Tensor, p: List[Tensor], k: int, d: int, h: int, gradient: float) -> List[Tensor]:
  w = torch.split_with_sizes(p[0], [k, k * d + h + 1], 0)
  b = torch.split_with_sizes(self.biases(level, p), [k, k * d + h + 1], 1)
  logits = torch.linear(x.to(@P@), w[0].to(@P@)).to(6) + b[0]  # [N, K]
  slow = x
  if gradient != 1.0:
    slow = x * gradient + x.detach() * (1.0 - gradient)  # [N, W], the same value with a share of the gradient
  if p[6].size(0) > 0:
    rest = torch.linear(slow, w[1]) + b[1]  # [N, K·d + H + 1]
  else:
    rest = torch.linear(slow, w[1], b[1][0])  # [N, K·d + H + 1]
  parts = torch.split_with_sizes(rest, [k * d, h, 1], 1)
  return [logits, parts[0], parts[1], parts[2]]
def scale(self, out: Tensor, level: Tensor, p: List[Tensor]) -> Tuple[Tensor, Tensor]:
  a0 = torch.index_select(p[4], 0, level)  # [N], log of the base scale of the level
  return (a0, torch.maximum(a0 + out.squeeze(1), torch.index_select(p[5], 0, level)))  # [N], log a clamped
def table(self, offset: Tensor, level: Tensor) -> Tensor:
  if offset.size(0) == 1:
    return offset.expand([level.size(0), offset.size(1), offset.size(2)])
  return torch.index_select(offset, 0, level)  # [N, K, H], s of each position's level
def against(self, z: Tensor, offset: Tensor, level: Tensor) -> Tensor:
  t = offset.size(0)
  k = offset.size(1)
  if t == 1:
    return torch.square(torch.cdist(z, offset[0], 2.0, 2))  # [N, K], ‖z̃ − s_v‖² directly
  wide = z.to(7)  # a difference of squares, which float32 has too few digits for
  flat = offset.flatten(0, 1).to(7)  # [D·K, H]
  cross = torch.addmm(torch.sum(flat * flat, [1]), wide, flat.t(), beta=1.0, alpha=-2.0).view([-1, t, k])
  own = torch.gather(cross, 1, level.view([-1, 1, 1]).expand([level.size(0), 1, k])).squeeze(1)  # [N, K]
  return (torch.sum(wide * wide, [1], True) + own).to(6)  # [N, K], z̃ᵀz̃ − 2z̃ᵀs + sᵀs
def squared(self, z: Tensor, means: Tensor, basis: Tensor, offset: Tensor, level: Tensor, rank: int) -> Tensor:
  if offset.size(0) == 0:
    return torch.square(torch.cdist(z.unsqueeze(1), means, 2.0, 2)).squeeze(1)  # [N, K], ‖z̃ − μ_v‖² directly
  base = self.against(z, offset, level)  # [N, K]
  if rank == 0:
    return base
  n = z.size(0)
  k = offset.size(1)
  h = offset.size(2)
  gram = torch.matmul(basis.transpose(1, 2), basis)  # [K, h, h], MᵀM
  along = torch.matmul(z, basis.permute([1, 0, 2]).reshape([h, k * rank])).view([n, k, rank])  # [N, K, h], Mᵀz̃
  shifted = self.table(torch.einsum("khr,tkh->tkr", [basis, offset]), level)  # [N, K, h], Mᵀs
  bent = torch.einsum("nki,kij->nkj", [means, gram])  # [N, K, h], MᵀMμ̃
  own = torch.sum(means * (bent + 2.0 * (shifted - along)), [2])  # [N, K], μ̃ᵀMᵀMμ̃ − 2(Mᵀ(z̃ − s))ᵀμ̃
  return torch.abs(base + own)
def forward(self, x: Tensor, z: Tensor, level: Tensor, p: List[Tensor], k: int, d: int, smoothing: float, sharpness: float, prior: float, gradient: float) -> Tuple[Tensor, Tensor, Tensor]:
  n = z.size(0)
  h = z.size(1)
  parts = self.outputs(x, level, p, k, d, h, gradient)
  logpi = torch.log_softmax(parts[0], 1)  # [N, K]
  a0, loga = self.scale(parts[3], level, p)  # [N]
  zt = (z - parts[2] * torch.exp(a0).unsqueeze(1)) * torch.exp(-loga).unsqueeze(1)  # [N, H], z̃ = (z − b)/a
  d2 = self.squared(zt, parts[1].view([n, k, d]), p[2], p[3], level, d)  # [N, K]
  score = d2.detach() * (-0.5 * sharpness)
  if prior > 0.0:
    score = torch.add(score, logpi.detach(), alpha=prior)
  logq = torch.log_softmax(score, 1)  # [N, K], q_v ∝ N(z̃; μ_v, I)^β · π_v^α
  q = torch.exp(logq)
  if smoothing > 0.0:
    q = q * (1.0 - smoothing) + smoothing / k
    logq = torch.log(q)
  scale = h * loga + 0.9189385332046727 * h  # [N], H·log a + (H/2)·log 2π
  regression = scale + 0.5 * torch.sum(q * d2, [1])  # [N], H·log a − Σ_v q_v log N(z̃; μ_v, I)
  divergence = torch.sum(q * (logq - logpi), [1])  # [N], KL(q ‖ π)
  exact = scale.detach() - torch.logsumexp(torch.sub(logpi.detach(), d2.detach(), alpha=0.5), [1])  # [N], −log p(z)
  return (regression, divergence, exact)
def moments(self, x: Tensor, level: Tensor, p: List[Tensor], k: int, d: int, h: int) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  parts = self.outputs(x, level, p, k, d, h, 1.0)
  means = parts[1].view([x.size(0), k, d])
  if p[3].size(0) > 0:
    whole = self.table(p[3], level)
    if d > 0:
      whole = whole + torch.einsum("khr,nkr->nkh", [p[2], means])  # [N, K, H], μ = Mμ̃ + s
    means = whole
  a0, loga = self.scale(parts[3], level, p)
  return (torch.log_softmax(parts[0], 1), means, parts[2] * torch.exp(a0).unsqueeze(1), loga)
def draw(self, x: Tensor, level: Tensor, uniform: Tensor, noise: Tensor, p: List[Tensor], k: int, d: int, topp: float, spread: float) -> Tuple[Tensor, Tensor]:
  n = x.size(0)
  h = noise.size(1)
  offset = p[3]
  w = torch.split_with_sizes(p[0], [k, k * d, h + 1], 0)
  b = torch.split_with_sizes(self.biases(level, p), [k, k * d, h + 1], 1)  # [N or 1, …]
  pi = torch.softmax(self.linear(x, w[0]).to(6) + b[0], 1)  # [N, K], π
  chosen = self.pick_code(pi, uniform, topp)  # [N], v ~ π, of the likeliest of mass top-p
  mean = torch.zeros_like(noise)
  if d > 0:
    rows = w[1].view([k, d, x.size(1)])
    local_bias = b[1].reshape([-1, k, d])  # [N or 1, K, d]
    local = torch.empty([n, d], dtype=6, device=x.device)
    start = 0
    while start < n:
      size = 256
      if n - start < size:
        size = n - start
      c = chosen.narrow(0, start, size)
      part = torch.matmul(torch.index_select(rows, 0, c), x.narrow(0, start, size).unsqueeze(2)).squeeze(2)
      own = torch.index_select(local_bias[0], 0, c)  # [n, d]
      if local_bias.size(0) > 1:
        at = c.view([-1, 1, 1]).expand([size, 1, d])
        own = torch.gather(local_bias.narrow(0, start, size), 1, at).squeeze(1)
      local.narrow(0, start, size).copy_(part + own)  # [N, d], μ̃ of the chosen
      start = start + size
    if offset.size(0) == 0:
      mean = local
    else:
      mean = torch.matmul(torch.index_select(p[2], 0, chosen), local.unsqueeze(2)).squeeze(2)  # [N, H], M_v μ̃_v
  if offset.size(0) > 0:
    at = chosen
    if offset.size(0) > 1:
      at = level * k + chosen
    mean = mean + torch.index_select(offset.reshape([offset.size(0) * k, h]), 0, at)  # [N, H], + s_v
  tail = torch.linear(x, w[2]) + b[2]  # [N, H + 1]
  a0, loga = self.scale(tail[:, h:], level, p)
  a = torch.exp(loga).unsqueeze(1)
  z = a * (mean + noise * spread) + tail[:, :h] * torch.exp(a0).unsqueeze(1)  # [N, H], z = a·(μ_v + s·ε) + b
  return (z + torch.sum(pi, 1, True) * 0.0, chosen)  # weights that are no numbers make z none
def cells(self, weights: Tensor, codes: List[Tensor], v: int, floor: float) -> Tensor:
  mass = torch.full([weights.size(0), v], floor / v, dtype=6, device=weights.device)
  for code in codes:
    mass = mass.scatter_add(1, code, weights * ((1.0 - floor) / len(codes)))
  return torch.log(mass)  # [N, V], log Σ_v π_v P(component v falls into the cell of a code)
