# A Gaussian mixture with a component for every code v of the shallowest masked depth j, and M parts of each
# (resgen.head.CodeMixtureHead): p(z) = Σ_v π_v Σ_m ω_m(v) N(z; e(v; j) + μ_m(v), diag σ_m(v)²), at N positions.
# x [N, W] hidden states, level [N] = D − 1 − j, codes [N, D], z [N, H] the masked sum, r = z − e(v; j) the remainder.
# p: weight [D or 1, V, W], bias [D or 1, V]; enter [F, W], code [D, H, F], step [D, F]: the network that reads a code,
# empty where the remainder does not depend on it; leave [O, F or W], start [D, O] with O = M·(1 + H + (1 or H));
# size [D], unit [D] by level: deviations of the masked sum and of the remainder. Products of the logits are in @P@,
# everything else of the mixture is in float32.
# include gemm
# include pick
def logits(self, x: Tensor, p: List[Tensor]) -> Tensor:
  d = p[0].size(0)
  v = p[0].size(1)
  y = self.linear(x, p[0].reshape([d * v, p[0].size(2)])).to(6)
  return y.view([x.size(0), d, v]) + p[1]  # [N, D or 1, V], of every depth's codes
def own(self, y: Tensor, level: Tensor) -> Tensor:
  d = y.size(1)
  if d == 1:
    return y.squeeze(1)
  at = (d - 1 - level).view([-1, 1, 1]).expand([y.size(0), 1, y.size(2)])
  return torch.gather(y, 1, at).squeeze(1)  # [N, V], of the shallowest masked depth
def row(self, level: Tensor, v: Tensor, books: Tensor) -> Tensor:
  return (books.size(0) - 1 - level) * books.size(1) + v  # [N], row of e(v; j) in [D·V, H]
def read(self, p: List[Tensor], books: Tensor) -> Tensor:
  scaled = books / p[7].flip([0]).view([-1, 1, 1])  # [D, V, H], codes in units of what was masked before them
  return torch.bmm(scaled, p[3]).flatten(0, 1)  # [D·V, F], what the network reads of every code
def remainder(self, x: Tensor, level: Tensor, v: Tensor, p: List[Tensor], books: Tensor, parts: int) -> Tuple[Tensor, Tensor, Tensor]:
  f = x  # [N, W]
  if p[2].size(0) > 0:
    f = torch.gelu(torch.linear(x, p[2]) + torch.embedding(self.read(p, books), self.row(level, v, books)) + torch.embedding(p[4], level), approximate="tanh")  # [N, F]
  h = books.size(2)
  out = torch.linear(f, p[5]) + torch.embedding(p[6], level)  # [N, O]
  y = torch.split_with_sizes(out, [parts, parts * h, out.size(1) - parts - parts * h], 1)
  logs = torch.clamp(y[2].view([x.size(0), parts, -1]), min=-4.0)  # [N, M, 1 or H], log σ in units of the level's
  return (torch.log_softmax(y[0], 1), y[1].view([x.size(0), parts, h]), logs)  # log ω [N, M], μ [N, M, H]
def density(self, r: Tensor, level: Tensor, logw: Tensor, means: Tensor, logs: Tensor, unit: Tensor) -> Tensor:
  h = r.size(1)
  u = torch.embedding(unit.unsqueeze(1), level)  # [N, 1], base scale of the remainder
  t = ((r / u).unsqueeze(1) - means) * torch.exp(-logs)  # [N, M, H]
  each = logw - 0.5 * torch.sum(t * t, [2]) - torch.sum(logs, [2]) * (h // logs.size(2))  # [N, M]
  return torch.logsumexp(each, [1]) - h * torch.log(u.squeeze(1)) - 0.9189385332046727 * h  # [N], log Σ_m ω_m N(r; μ_m, σ_m²)
def forward(self, x: Tensor, codes: Tensor, masked: Tensor, level: Tensor, z: Tensor, p: List[Tensor], books: Tensor, parts: int, gradient: float, auxiliary: float) -> Tuple[Tensor, Tensor, Tensor]:
  d = books.size(0)
  y = self.logits(x, p)  # [N, D or 1, V]
  j = (d - 1 - level).unsqueeze(1)  # [N, 1]
  v = torch.gather(codes, 1, j).squeeze(1)  # [N], the code of the shallowest masked depth
  cross = -torch.gather(torch.log_softmax(self.own(y, level), 1), 1, v.unsqueeze(1)).squeeze(1)  # [N], −log π_v
  slow = x
  if gradient != 1.0:
    slow = x * gradient + x.detach() * (1.0 - gradient)  # [N, W], the same value with a share of the gradient
  logw, means, logs = self.remainder(slow, level, v, p, books, parts)
  r = z - torch.embedding(books.flatten(0, 1), self.row(level, v, books))  # [N, H], z − e(v; j)
  rest = -self.density(r, level, logw, means, logs, p[8])  # [N]
  rest = torch.where(torch.gt(level, 0), rest, torch.zeros_like(rest))  # behind the last depth nothing remains
  deeper = torch.zeros_like(rest)
  if auxiliary > 0.0:
    each = -torch.gather(torch.log_softmax(y, 2), 2, codes.unsqueeze(2)).squeeze(2)  # [N, D], −log p(x_j)
    counts = torch.logical_and(masked, torch.gt(torch.arange(d, device=x.device).unsqueeze(0), j))  # [N, D]
    deeper = torch.sum(torch.where(counts, each, torch.zeros_like(each)), [1])  # [N], over the masked depths below j
  return (cross, rest, deeper)
def draw(self, x: Tensor, level: Tensor, uniform: Tensor, part: Tensor, noise: Tensor, p: List[Tensor], books: Tensor, parts: int, topp: float, temperature: float, spread: float) -> Tuple[Tensor, Tensor, Tensor]:
  y = self.own(self.logits(x, p), level)  # [N, V]
  pi = torch.softmax(y / temperature, 1)  # [N, V], π
  v = self.pick_code(pi, uniform, topp)  # [N], v ~ π, of the likeliest of mass top-p
  logw, means, logs = self.remainder(x, level, v, p, books, parts)
  m = self.pick_at(torch.exp(logw), part)  # [N, 1], m ~ ω(v)
  at = m.unsqueeze(2)  # [N, 1, 1]
  mean = torch.gather(means, 1, at.expand([x.size(0), 1, noise.size(1)])).squeeze(1)  # [N, H], μ_m(v)
  scale = torch.exp(torch.gather(logs, 1, at.expand([x.size(0), 1, logs.size(2)])).squeeze(1))  # [N, 1 or H], σ_m(v)
  r = (mean + scale * noise * spread) * torch.embedding(p[8].unsqueeze(1), level)  # [N, H], r = μ_m + σ_m·s·ε
  logp = torch.gather(torch.log_softmax(y, 1), 1, v.unsqueeze(1)).squeeze(1)  # [N], log π_v
  return (v, r + torch.sum(pi, 1, True) * 0.0, logp)  # weights that are no numbers make r none
def first(self, x: Tensor, p: List[Tensor]) -> Tensor:
  return torch.log_softmax(self.logits(x, p).select(1, 0), 1)  # [N, V], log π with everything masked
def below(self, visible: Tensor, level: Tensor) -> Tensor:
  j = torch.arange(visible.size(1), device=level.device).unsqueeze(0)
  return torch.logical_or(visible, torch.eq(j, (visible.size(1) - 1 - level).unsqueeze(1)))  # [N, D], depth j is visible too
def put(self, into: Tensor, level: Tensor, values: Tensor) -> Tensor:
  at = (into.size(1) - 1 - level).unsqueeze(1)
  return torch.scatter(into, 1, at, values.unsqueeze(1))  # [N, D], with the values at depth j
