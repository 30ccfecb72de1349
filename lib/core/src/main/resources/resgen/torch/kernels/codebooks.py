# How codebooks learn (resgen.quantize.ResidualQuantizer). Shapes as in rvq.py, whose forward it has.
# include rvq

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
