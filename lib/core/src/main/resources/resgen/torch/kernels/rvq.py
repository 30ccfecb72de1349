# include shown
def bias(self, codebook: Tensor) -> Tensor:
  return torch.sum(codebook * codebook, [codebook.dim() - 1]) * -0.5
def best(self, r: Tensor, codebook: Tensor, bias: Tensor) -> Tensor:
  score = torch.linear(r, codebook, bias)
  v = codebook.size(0)
  if r.is_cuda or v < 256 or v % 32 != 0:
    value, code = torch.max(score, 1)
    return code
  groups = score.view([r.size(0), v // 32, 32])
  value, group = torch.max(torch.amax(groups, [2]), 1)
  at = group.view([r.size(0), 1, 1]).expand([r.size(0), 1, 32])
  value, member = torch.max(torch.gather(groups, 1, at).squeeze(1), 1)
  return group * 32 + member
def nearest(self, r: Tensor, codebook: Tensor) -> Tensor:
  return self.best(r, codebook, self.bias(codebook))
def encode(self, z: Tensor, books: Tensor, bias: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  n = z.size(0)
  codes = torch.zeros([n, books.size(0)], dtype=4, device=z.device)
  errors = torch.empty([n, books.size(0)], dtype=6, device=z.device)
  residual = z.clone()
  most = 512
  if z.is_cuda:
    most = 65536
  start = 0
  while start < n:
    size = most
    if n - start < size:
      size = n - start
    r = residual.narrow(0, start, size)
    seen = self.shown(visible.narrow(0, start, size), books.size(0))
    masked = torch.logical_not(seen).t().contiguous()
    for j in range(books.size(0)):
      code = codes.narrow(0, start, size).select(1, j)
      if z.is_cuda:
        nearest = torch.where(masked[j], self.best(r, books[j], bias[j]), code)
        r.sub_(torch.where(masked[j].unsqueeze(1), torch.embedding(books[j], nearest), torch.zeros_like(r)))
        code.copy_(nearest)
      else:
        at = torch.nonzero(masked[j]).squeeze(1)
        if at.size(0) == size:
          nearest = self.best(r, books[j], bias[j])
          r.sub_(torch.embedding(books[j], nearest))
          code.copy_(nearest)
        elif at.size(0) > 0:
          rows = torch.index_select(r, 0, at)
          nearest = self.best(rows, books[j], bias[j])
          r.index_copy_(0, at, rows - torch.embedding(books[j], nearest))
          code.index_copy_(0, at, nearest)
      errors.narrow(0, start, size).select(1, j).copy_(torch.sum(r * r, [1]))
    start = start + size
  return (codes, errors, residual)
def part(self, z: Tensor, books: Tensor, bias: Tensor, first: int, end: int) -> Tuple[Tensor, Tensor]:
  codes = annotate(List[Tensor], [])
  r = z
  total = torch.zeros_like(z)
  for j in range(first, end):
    code = self.best(r, books[j], bias[j])
    e = torch.embedding(books[j], code)
    r = r - e
    total = total + e
    codes.append(code)
  return (torch.stack(codes, 1), total)
def posterior(self, z: Tensor, books: Tensor, visible: Tensor, sigma: Tensor) -> Tensor:
  terms = annotate(List[Tensor], [])
  seen = self.shown(visible, books.size(0))
  r = z
  for j in range(books.size(0)):
    active = torch.logical_not(seen.select(1, j)).unsqueeze(1)
    book = books[j]
    d = torch.sum(r * r, [1], True) + torch.sum(book * book, [1]) - 2.0 * torch.matmul(r, book.t())
    logp = torch.log_softmax(d * -0.5 / (sigma[j] * sigma[j]), 1)
    code = self.nearest(r, book)
    terms.append(torch.gather(logp, 1, code.unsqueeze(1)).squeeze(1))
    r = torch.where(active, r - torch.embedding(book, code), r)
  return torch.stack(terms, 1)
def confidence(self, errors: Tensor, sigma: Tensor, h: int, density: bool) -> Tensor:
  s = sigma.to(7)
  terms = -errors.to(7) / (2.0 * s * s)  # [N, D], −‖residual − e‖²/(2σ_j²)
  if density:
    terms = terms - 0.5 * h * torch.log(6.283185307179586 * s * s)  # the literal print: −(H/2)·log 2πσ_j²
  return terms.to(6)
def sums(self, codes: Tensor, books: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor]:
  d = books.size(0)
  v = books.size(1)
  flat = codes + torch.arange(d, device=codes.device) * v
  e = torch.embedding(books.reshape([d * v, books.size(2)]), flat)
  shown = self.shown(visible, d).unsqueeze(2)
  seen = torch.sum(torch.where(shown, e, torch.zeros_like(e)), [1])
  return (seen, torch.sum(torch.where(shown, torch.zeros_like(e), e), [1]))
def prefixes(self, codes: Tensor, books: Tensor) -> Tensor:
  d = books.size(0)
  v = books.size(1)
  flat = codes + torch.arange(d, device=codes.device) * v
  e = torch.embedding(books.reshape([d * v, books.size(2)]), flat)
  return torch.constant_pad_nd(torch.cumsum(e, 1), [0, 0, 1, 0], 0)
def probabilistic(self, r: Tensor, book: Tensor, decay: float) -> Tuple[Tensor, Tensor, Tensor]:
  code = self.nearest(r, book)
  e = torch.embedding(book, code)
  s2 = torch.mean(torch.square(r - e))
  d = torch.sum(r * r, [1], True) + torch.sum(book * book, [1]) - 2.0 * torch.matmul(r, book.t())
  logr = torch.log_softmax(d * -0.5 / torch.clamp_min(s2, 1e-20), 1)
  w = torch.exp(logr - torch.logsumexp(logr, [0], True))
  book.mul_(decay).add_(torch.matmul(w.t(), r) * (1.0 - decay))
  return (code, e, s2)
def forward(self, x: Tensor) -> Tensor:
  return x
def averaging(self, r: Tensor, book: Tensor, counts: Tensor, sums: Tensor, decay: float, below: float, noise: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  code = self.nearest(r, book)
  e = torch.embedding(book, code)
  s2 = torch.mean(torch.square(r - e))
  v = book.size(0)
  n = torch.zeros([v], dtype=6, device=r.device).index_add(0, code, torch.ones([r.size(0)], dtype=6, device=r.device))
  total = torch.zeros_like(sums).index_add(0, code, r)
  counts.mul_(decay).add_(n * (1.0 - decay))
  sums.mul_(decay).add_(total * (1.0 - decay))
  share = r.size(0) / v
  if below > 0.0:
    dead = torch.lt(counts, below * share).unsqueeze(1)
    fresh = torch.index_select(r, 0, torch.clamp_max((noise * r.size(0)).to(4), r.size(0) - 1))
    counts.copy_(torch.where(dead.squeeze(1), torch.ones_like(counts) * share, counts))
    sums.copy_(torch.where(dead, fresh * share, sums))
  alive = torch.gt(counts, 1e-12).unsqueeze(1)
  book.copy_(torch.where(alive, sums / torch.clamp_min(counts, 1e-12).unsqueeze(1), book))
  return (code, e, s2)
def kmeans(self, r: Tensor, start: Tensor, rounds: int) -> Tensor:
  book = torch.index_select(r, 0, start)
  v = book.size(0)
  for i in range(rounds):
    code = self.nearest(r, book)
    n = torch.zeros([v], dtype=6, device=r.device).index_add(0, code, torch.ones([r.size(0)], dtype=6, device=r.device))
    total = torch.zeros_like(book).index_add(0, code, r)
    empty = torch.eq(n, 0.0)
    far = torch.argsort(torch.sum(torch.square(r - torch.embedding(book, code)), [1]), 0, True)
    rank = torch.clamp_min(torch.cumsum(empty.to(4), 0) - 1, 0)
    fresh = torch.index_select(r, 0, torch.index_select(far, 0, rank))
    book = torch.where(empty.unsqueeze(1), fresh, total / torch.clamp_min(n, 1.0).unsqueeze(1))
  return book
