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

def forward(self, x: Tensor) -> Tensor:
  return x
