# include shown
# Residual quantization. Shapes: N vectors, D depths, V codes a depth, H dimensions; float32, codes int64.
# argmin_v ‖r − e_v‖² = argmax_v r·(e_v − c) − ½(‖e_v‖² − ‖c‖²), c the mean of the codebook's entries: of scores
# around c little cancels. What is rounded is some ε·‖r‖·‖e_v − c‖; by that much at most is a chosen code
# farther than the nearest (CodebooksTest).
def scoring(self, books: Tensor) -> Tuple[Tensor, Tensor]:
  exact = books.to(7)  # [D, V, H], float64
  c = torch.mean(exact, [books.dim() - 2], True)  # [D, 1, H]: c
  bias = torch.sum(exact * exact, [books.dim() - 1]) - torch.sum(c * c, [books.dim() - 1])  # [D, V]: ‖e_v‖² − ‖c‖²
  return ((exact - c).to(6), (bias * -0.5).to(6))  # [D, V, H]: e_v − c, [D, V]

# Of equal scores the first is taken.
def best(self, r: Tensor, centred: Tensor, bias: Tensor) -> Tensor:
  score = torch.linear(r, centred, bias)  # [N, V]: r·(e_v − c) − ½(‖e_v‖² − ‖c‖²)
  v = centred.size(0)
  if r.is_cuda or v < 256 or v % 32 != 0:
    value, code = torch.max(score, 1)  # [N]: argmax_v
    return code
  groups = score.view([r.size(0), v // 32, 32])  # [N, V/32, 32]: a maximum in two rounds, faster on a CPU
  value, group = torch.max(torch.amax(groups, [2]), 1)  # [N]: the first group that holds the maximum
  at = group.view([r.size(0), 1, 1]).expand([r.size(0), 1, 32])  # [N, 1, 32]
  value, member = torch.max(torch.gather(groups, 1, at).squeeze(1), 1)  # [N]: its place in the group
  return group * 32 + member  # [N]: argmax_v

def nearest(self, r: Tensor, codebook: Tensor) -> Tensor:
  centred, bias = self.scoring(codebook)
  return self.best(r, centred, bias)  # [N]: argmin_v ‖r − e_v‖

# ‖r − e_v‖² from the differences themselves: ‖r‖² − 2r·e_v + ‖e_v‖² cancels where r is near e_v.
def squared(self, r: Tensor, codebook: Tensor) -> Tensor:
  return torch.square(torch.cdist(r, codebook, 2.0, 2))  # [N, V]: Σ_h (r_h − e_vh)²; 2: no matrix product

# Through the masked depths: x_j = argmin_v ‖h_{j−1} − e(v; j)‖, h_j = h_{j−1} − e(x_j; j); visible ones keep h.
def encode(self, z: Tensor, books: Tensor, centred: Tensor, bias: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  n = z.size(0)
  codes = torch.zeros([n, books.size(0)], dtype=4, device=z.device)  # [N, D]: x, 0 where visible
  errors = torch.empty([n, books.size(0)], dtype=6, device=z.device)  # [N, D]: ‖h_j‖²
  residual = z.clone()  # [N, H]: h_0 = z
  most = 512
  if z.is_cuda:
    most = 65536
  start = 0
  while start < n:
    size = most
    if n - start < size:
      size = n - start
    r = residual.narrow(0, start, size)  # [n, H]: h of some rows, changed in place
    shown = self.shown(visible.narrow(0, start, size), books.size(0))  # [n, D]: m
    masked = torch.logical_not(shown).t().contiguous()  # [D, n]: 1 − m
    for j in range(books.size(0)):
      code = codes.narrow(0, start, size).select(1, j)  # [n]: x_j
      if z.is_cuda:
        nearest = torch.where(masked[j], self.best(r, centred[j], bias[j]), code)  # [n]: x_j
        r.sub_(torch.where(masked[j].unsqueeze(1), torch.embedding(books[j], nearest), torch.zeros_like(r)))  # [n, H]: h_j
        code.copy_(nearest)
      else:
        at = torch.nonzero(masked[j]).squeeze(1)  # [m]: rows whose depth j is masked
        if at.size(0) == size:
          nearest = self.best(r, centred[j], bias[j])  # [n]: x_j
          r.sub_(torch.embedding(books[j], nearest))  # [n, H]: h_j = h_{j−1} − e(x_j; j)
          code.copy_(nearest)
        elif at.size(0) > 0:
          rows = torch.index_select(r, 0, at)  # [m, H]: h_{j−1}
          nearest = self.best(rows, centred[j], bias[j])  # [m]: x_j
          r.index_copy_(0, at, rows - torch.embedding(books[j], nearest))  # [n, H]: h_j
          code.index_copy_(0, at, nearest)
      errors.narrow(0, start, size).select(1, j).copy_(torch.sum(r * r, [1]))  # [n]: ‖h_j‖²
    start = start + size
  return (codes, errors, residual)

# Through depths first … end − 1 alone.
def part(self, z: Tensor, books: Tensor, centred: Tensor, bias: Tensor, first: int, end: int) -> Tuple[Tensor, Tensor]:
  codes = annotate(List[Tensor], [])
  r = z  # [N, H]
  total = torch.zeros_like(z)  # [N, H]
  for j in range(first, end):
    code = self.best(r, centred[j], bias[j])  # [N]: x_j
    e = torch.embedding(books[j], code)  # [N, H]: e(x_j; j)
    r = r - e  # [N, H]: h_j
    total = total + e  # [N, H]: Σ e(x_j; j)
    codes.append(code)
  return (torch.stack(codes, 1), total)  # [N, end − first], [N, H]

# log p(x_j | h_{j−1}) under N(h_{j−1}; e(v; j), σ_j²I) and a uniform prior of v.
def posterior(self, z: Tensor, books: Tensor, centred: Tensor, bias: Tensor, visible: Tensor, sigma: Tensor) -> Tensor:
  terms = annotate(List[Tensor], [])
  shown = self.shown(visible, books.size(0))  # [N, D]: m
  r = z  # [N, H]: h_0
  for j in range(books.size(0)):
    masked = torch.logical_not(shown.select(1, j)).unsqueeze(1)  # [N, 1]
    logp = torch.log_softmax(self.squared(r, books[j]) * -0.5 / (sigma[j] * sigma[j]), 1)  # [N, V]: −‖h − e_v‖²/2σ_j² − log Σ
    code = self.best(r, centred[j], bias[j])  # [N]: x_j
    terms.append(torch.gather(logp, 1, code.unsqueeze(1)).squeeze(1))  # [N]: log p(x_j | h)
    r = torch.where(masked, r - torch.embedding(books[j], code), r)  # [N, H]: h_j
  return torch.stack(terms, 1)  # [N, D]

# The paper's confidence: log N(h_j; 0, σ_j²I) of the residual after depth j, with its normalizer or without.
def confidence(self, errors: Tensor, sigma: Tensor, h: int, density: bool) -> Tensor:
  s = sigma.to(7)  # [D]: σ_j, float64
  terms = -errors.to(7) / (2.0 * s * s)  # [N, D]: −‖h_j‖²/2σ_j²
  if density:
    terms = terms - 0.5 * h * torch.log(6.283185307179586 * s * s)  # [N, D]: − (H/2)·log 2πσ_j², the literal print
  return terms.to(6)

# All embeddings of codes.
def embeddings(self, codes: Tensor, books: Tensor) -> Tensor:
  d = books.size(0)
  v = books.size(1)
  flat = codes + torch.arange(d, device=codes.device) * v  # [N, D]: row of e(x_j; j) in [D·V, H]
  return torch.embedding(books.reshape([d * v, books.size(2)]), flat)  # [N, D, H]: e(x_j; j)

def sums(self, codes: Tensor, books: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor]:
  e = self.embeddings(codes, books)  # [N, D, H]
  shown = self.shown(visible, books.size(0)).unsqueeze(2)  # [N, D, 1]: m
  seen = torch.sum(torch.where(shown, e, torch.zeros_like(e)), [1])  # [N, H]: Σ_j m_j·e(x_j; j)
  return (seen, torch.sum(torch.where(shown, torch.zeros_like(e), e), [1]))  # [N, H]: z = Σ_j (1 − m_j)·e(x_j; j)

def prefixes(self, codes: Tensor, books: Tensor) -> Tensor:
  e = self.embeddings(codes, books)  # [N, D, H]
  return torch.constant_pad_nd(torch.cumsum(e, 1), [0, 0, 1, 0], 0)  # [N, D + 1, H]: Σ_{j ≤ d} e(x_j; j), d = 0 … D

# While the codebooks learn: codes, and the sums that each depth's reconstruction is.
def quantize(self, z: Tensor, books: Tensor) -> Tuple[Tensor, Tensor]:
  codes = annotate(List[Tensor], [])
  partial = annotate(List[Tensor], [])
  centred, bias = self.scoring(books)  # [D, V, H], [D, V]
  r = z  # [N, H]: h_0
  total = torch.zeros_like(z)  # [N, H]
  for j in range(books.size(0)):
    code = self.best(r, centred[j], bias[j])  # [N]: x_j
    e = torch.embedding(books[j], code)  # [N, H]: e(x_j; j)
    r = r - e  # [N, H]: h_j
    total = total + e  # [N, H]: Σ_{i ≤ j} e(x_i; i)
    codes.append(code)
    partial.append(total)
  return (torch.stack(codes, 1), torch.stack(partial, 0))  # [N, D], [D, N, H]

# One depth's step of probabilistic RVQ; r enters the depth, e is what its codes give. Changes the book.
def probabilistic(self, r: Tensor, e: Tensor, book: Tensor, decay: float) -> Tensor:
  s2 = torch.mean(torch.square(r - e))  # []: s² of this batch
  logr = torch.log_softmax(self.squared(r, book) * -0.5 / torch.clamp_min(s2, 1e-20), 1)  # [N, V]: log softmax_v log N(r; μ_v, s²I)
  w = torch.exp(logr - torch.logsumexp(logr, [0], True))  # [N, V]: normalised over the batch, per code
  book.mul_(decay).add_(torch.matmul(w.t(), r) * (1.0 - decay))  # [V, H]: μ_v ← decay·μ_v + (1 − decay)·Σ w·r
  return s2

# One depth's step of moving averages; codes whose average share falls below a part of the uniform one restart
# on vectors of the batch, at places [V] in [0, 1). Changes book, counts and sums.
def average(self, r: Tensor, e: Tensor, code: Tensor, book: Tensor, counts: Tensor, sums: Tensor, decay: float, below: float, places: Tensor) -> Tensor:
  v = book.size(0)
  n = torch.zeros([v], dtype=6, device=r.device).index_add(0, code, torch.ones([r.size(0)], dtype=6, device=r.device))  # [V]: n_v
  total = torch.zeros_like(sums).index_add(0, code, r)  # [V, H]: Σ r of code v
  counts.mul_(decay).add_(n * (1.0 - decay))  # [V]: N_v ← decay·N_v + (1 − decay)·n_v
  sums.mul_(decay).add_(total * (1.0 - decay))  # [V, H]: S_v ← decay·S_v + (1 − decay)·Σ r
  share = r.size(0) / v
  if below > 0.0:
    dead = torch.lt(counts, below * share).unsqueeze(1)  # [V, 1]
    fresh = torch.index_select(r, 0, torch.clamp_max((places * r.size(0)).to(4), r.size(0) - 1))  # [V, H]
    counts.copy_(torch.where(dead.squeeze(1), torch.ones_like(counts) * share, counts))  # [V]
    sums.copy_(torch.where(dead, fresh * share, sums))  # [V, H]
  alive = torch.gt(counts, 1e-12).unsqueeze(1)  # [V, 1]
  book.copy_(torch.where(alive, sums / torch.clamp_min(counts, 1e-12).unsqueeze(1), book))  # [V, H]: μ_v = S_v / N_v
  return torch.mean(torch.square(r - e))  # []: s² of this batch

# A step of all depths with a whole batch and its codes, as quantize gave them; all in place, nothing read back.
# updates [1] counts the steps t; the variance's average is quick at first: decay_t = min(decay, (1 + t)/(10 + t)).
def learn(self, z: Tensor, codes: Tensor, books: Tensor, counts: Tensor, sums: Tensor, variance: Tensor, updates: Tensor, probabilistic: bool, decay: float, below: float, places: Tensor) -> Tensor:
  if not probabilistic:
    first = torch.eq(updates, 0.0)  # [1]: before the first step every code has had its uniform share
    share = z.size(0) / books.size(1)
    counts.copy_(torch.where(first, torch.ones_like(counts) * share, counts))  # [D, V]
    sums.copy_(torch.where(first.view([1, 1, 1]), books * share, sums))  # [D, V, H]
  t = updates[0].to(7)  # []: t, float64
  quick = torch.clamp_max((t + 1.0) / (t + 10.0), decay)  # []: decay_t
  r = z  # [N, H]: h_0
  for j in range(books.size(0)):
    code = codes.select(1, j)  # [N]: x_j
    e = torch.embedding(books[j], code)  # [N, H]: e(x_j; j), from before the book moves
    if probabilistic:
      s2 = self.probabilistic(r, e, books[j], decay)  # []: s²
    else:
      s2 = self.average(r, e, code, books[j], counts[j], sums[j], decay, below, places[j])  # []: s²
    variance[j].copy_(quick * variance[j].to(7) + (1.0 - quick) * s2.to(7))  # []: σ_j² ← decay_t·σ_j² + (1 − decay_t)·s²
    r = r - e  # [N, H]: h_j
  updates.add_(1.0)
  return updates

# Lloyd's rounds from some of the vectors; a code without vectors moves onto one of the farthest.
def kmeans(self, r: Tensor, start: Tensor, rounds: int) -> Tensor:
  book = torch.index_select(r, 0, start)  # [V, H]
  v = book.size(0)
  for i in range(rounds):
    code = self.nearest(r, book)  # [N]
    n = torch.zeros([v], dtype=6, device=r.device).index_add(0, code, torch.ones([r.size(0)], dtype=6, device=r.device))  # [V]: n_v
    total = torch.zeros_like(book).index_add(0, code, r)  # [V, H]: Σ r of code v
    empty = torch.eq(n, 0.0)  # [V]
    far = torch.argsort(torch.sum(torch.square(r - torch.embedding(book, code)), [1]), 0, True)  # [N]: farthest first
    rank = torch.clamp_min(torch.cumsum(empty.to(4), 0) - 1, 0)  # [V]: of an empty code among the empty ones
    fresh = torch.index_select(r, 0, torch.index_select(far, 0, rank))  # [V, H]
    book = torch.where(empty.unsqueeze(1), fresh, total / torch.clamp_min(n, 1.0).unsqueeze(1))  # [V, H]: mean of r
  return book

def forward(self, x: Tensor) -> Tensor:
  return x
