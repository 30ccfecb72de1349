# A Gaussian mixture with a component for every tuple of codes v = (v_1 … v_C) of the C shallowest masked depths from j
# on, and M parts of each (resgen.head.CodeMixtureHead):
# p(z) = Σ_v π(v) Σ_m ω_m(v) N(z; Σ_i e(v_i; j + i − 1) + μ_m(v), diag σ_m(v)²), π(v) = Π_i π(v_i | v_1 … v_{i−1}),
# at N positions. With C = 1 a component is a code of depth j. Where fewer than C depths are masked, v has those.
# x [N, W] hidden states, level [N] = D − 1 − j, codes [N, D], z [N, H] the masked sum, r what the codes leave of it.
# p: weight [D or 1, V, W], bias [D or 1, V]; enter [F, W], code [D, H, F], step [D, F]: the layer that reads codes,
# empty where the remainder does not depend on them; leave [O, F or W], start [D, O] with O = M·(1 + H + (1 or H));
# size [D], unit [D] by level: deviations of the masked sum and of the remainder; lift [H, F]: what the layer adds to
# the logits of the next code, as a product with the codes. Products of the logits are in @P@, everything else of the
# mixture is in float32.
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
def scaled(self, p: List[Tensor], books: Tensor) -> Tensor:
  return books / p[7].flip([0]).view([-1, 1, 1])  # [D, V, H], codes in units of what was masked before them
def read(self, p: List[Tensor], books: Tensor) -> Tensor:
  return torch.bmm(self.scaled(p, books), p[3]).flatten(0, 1)  # [D·V, F], what the layer reads of every code
def layer(self, read: Tensor, level: Tensor, p: List[Tensor]) -> Tensor:
  return torch.gelu(read + torch.embedding(p[4], level), approximate="tanh")  # [N, F], behind the code of this level
def steer(self, f: Tensor, p: List[Tensor], books: Tensor) -> Tensor:
  q = torch.linear(f, p[9])  # [N, H]
  return torch.linear(q, self.scaled(p, books).flatten(0, 1)).view([f.size(0), books.size(0), books.size(1)])  # [N, D, V]
def opening(self, x: Tensor, p: List[Tensor], books: Tensor) -> Tuple[Tensor, Tensor]:
  if p[2].size(0) == 0:
    return (x, books.flatten(0, 1))
  return (torch.linear(x, p[2]), self.read(p, books))  # [N, F] what the layer has read so far, [D·V, F] what it will of codes
def hear(self, heard: Tensor, table: Tensor, row: Tensor, level: Tensor, i: int) -> Tensor:
  said = torch.embedding(table, row)  # [N, F]
  if i > 0:
    said = torch.where(torch.ge(level, i).unsqueeze(1), said, torch.zeros_like(said))
  return heard + said  # [N, F], with the i-th further code where there is one
def next(self, y: Tensor, f: Tensor, at: Tensor, i: int, p: List[Tensor], books: Tensor) -> Tensor:
  own = self.own(y, at)
  if i > 0:
    own = own + self.own(self.steer(f, p, books), at)
  return own  # [N, V], logits of a component's code at this level, given those before it
def remainder(self, f: Tensor, level: Tensor, p: List[Tensor], h: int, parts: int) -> Tuple[Tensor, Tensor, Tensor]:
  out = torch.linear(f, p[5]) + torch.embedding(p[6], level)  # [N, O]
  y = torch.split_with_sizes(out, [parts, parts * h, out.size(1) - parts - parts * h], 1)
  logs = torch.clamp(y[2].view([f.size(0), parts, -1]), min=-4.0)  # [N, M, 1 or H], log σ in units of the level's
  return (torch.log_softmax(y[0], 1), y[1].view([f.size(0), parts, h]), logs)  # log ω [N, M], μ [N, M, H]
def density(self, r: Tensor, level: Tensor, logw: Tensor, means: Tensor, logs: Tensor, unit: Tensor) -> Tensor:
  h = r.size(1)
  u = torch.embedding(unit.unsqueeze(1), level)  # [N, 1], base scale of the remainder
  t = ((r / u).unsqueeze(1) - means) * torch.exp(-logs)  # [N, M, H]
  each = logw - 0.5 * torch.sum(t * t, [2]) - torch.sum(logs, [2]) * (h // logs.size(2))  # [N, M]
  return torch.logsumexp(each, [1]) - h * torch.log(u.squeeze(1)) - 0.9189385332046727 * h  # [N], log Σ_m ω_m N(r; μ_m, σ_m²)
def forward(self, x: Tensor, codes: Tensor, masked: Tensor, level: Tensor, z: Tensor, p: List[Tensor], books: Tensor, parts: int, further: int, gradient: float, auxiliary: float) -> Tuple[Tensor, Tensor, Tensor, Tensor]:
  d = books.size(0)
  y = self.logits(x, p)  # [N, D or 1, V]
  none = torch.zeros_like(z[:, 0])  # [N]
  slow = x
  if gradient != 1.0:
    slow = x * gradient + x.detach() * (1.0 - gradient)  # [N, W], the same value with a share of the gradient
  f = slow  # [N, W or F]
  heard, table = self.opening(slow, p, books)
  first = none
  after = none
  r = z
  at = level
  for i in range(1 + further):
    live = torch.ge(level, i)  # [N], depth j + i is there
    at = torch.clamp(level - i, min=0)
    own = self.next(y, f, at, i, p, books)  # [N, V]
    v = torch.gather(codes, 1, (d - 1 - at).unsqueeze(1)).squeeze(1)  # [N], the code of depth j + i
    cross = -torch.gather(torch.log_softmax(own, 1), 1, v.unsqueeze(1)).squeeze(1)  # [N]
    row = self.row(at, v, books)
    e = torch.embedding(books.flatten(0, 1), row)  # [N, H]
    if i == 0:
      first = cross
      r = z - e
    else:
      after = after + torch.where(live, cross, none)
      r = torch.where(live.unsqueeze(1), r - e, r)
    if p[2].size(0) > 0:
      heard = self.hear(heard, table, row, level, i)
      f = self.layer(heard, at, p)
  logw, means, logs = self.remainder(f, at, p, z.size(1), parts)
  rest = -self.density(r, at, logw, means, logs, p[8])  # [N]
  rest = torch.where(torch.gt(level, further), rest, none)  # behind the last depth nothing remains
  deeper = none
  if auxiliary > 0.0:
    own = -torch.gather(torch.log_softmax(y, 2), 2, codes.unsqueeze(2)).squeeze(2)  # [N, D], −log p(x_j)
    beyond = torch.gt(torch.arange(d, device=x.device).unsqueeze(0), (d - 1 - level + further).unsqueeze(1))
    counts = torch.logical_and(masked, beyond)  # [N, D], the masked depths below the component's
    deeper = torch.sum(torch.where(counts, own, torch.zeros_like(own)), [1])  # [N]
  return (first, after, rest, deeper)
def draw(self, x: Tensor, level: Tensor, uniform: Tensor, part: Tensor, noise: Tensor, p: List[Tensor], books: Tensor, parts: int, topp: float, temperature: float, spread: float) -> Tuple[Tensor, Tensor, Tensor]:
  y = self.logits(x, p)  # [N, D or 1, V]
  f = x  # [N, W or F]
  heard, table = self.opening(x, p, books)
  codes = annotate(List[Tensor], [])
  logp = annotate(List[Tensor], [])
  whole = torch.zeros_like(part)
  at = level
  for i in range(uniform.size(1)):
    at = torch.clamp(level - i, min=0)
    own = self.next(y, f, at, i, p, books)  # [N, V]
    pi = torch.softmax(own / temperature, 1)  # [N, V], π(v_i | …)
    v = self.pick_code(pi, uniform.select(1, i), topp)  # [N], v_i ~ π, of the likeliest of mass top-p
    codes.append(v)
    logp.append(torch.gather(torch.log_softmax(own, 1), 1, v.unsqueeze(1)).squeeze(1))
    whole = whole + torch.sum(pi, 1)
    if p[2].size(0) > 0:
      heard = self.hear(heard, table, self.row(at, v, books), level, i)
      f = self.layer(heard, at, p)
  logw, means, logs = self.remainder(f, at, p, noise.size(1), parts)
  m = self.pick_at(torch.exp(logw), part)  # [N, 1], m ~ ω(v)
  own = m.unsqueeze(2)  # [N, 1, 1]
  mean = torch.gather(means, 1, own.expand([x.size(0), 1, noise.size(1)])).squeeze(1)  # [N, H], μ_m(v)
  scale = torch.exp(torch.gather(logs, 1, own.expand([x.size(0), 1, logs.size(2)])).squeeze(1))  # [N, 1 or H], σ_m(v)
  r = (mean + scale * noise * spread) * torch.embedding(p[8].unsqueeze(1), at)  # [N, H], r = μ_m + σ_m·s·ε
  return (torch.stack(codes, 1), r + whole.unsqueeze(1) * 0.0, torch.stack(logp, 1))  # weights that are no numbers make r none
def first(self, x: Tensor, p: List[Tensor]) -> Tensor:
  return torch.log_softmax(self.logits(x, p).select(1, 0), 1)  # [N, V], log π with everything masked
def of_component(self, level: Tensor, depth: int, count: int) -> Tensor:
  i = torch.arange(depth, device=level.device).unsqueeze(0) - (depth - 1 - level).unsqueeze(1)  # [N, D], i − 1 of depth j + i − 1
  return torch.where(torch.lt(i, count), i, torch.full_like(i, -1))  # [N, D], its place in v, or less than 0
def below(self, visible: Tensor, level: Tensor, count: int) -> Tensor:
  return torch.logical_or(visible, torch.ge(self.of_component(level, visible.size(1), count), 0))  # [N, D], v is visible too
def put(self, into: Tensor, level: Tensor, values: Tensor) -> Tensor:
  i = self.of_component(level, into.size(1), values.size(1))
  return torch.where(torch.ge(i, 0), torch.gather(values, 1, torch.clamp(i, min=0)), into)  # [N, D], with v's values at its depths
