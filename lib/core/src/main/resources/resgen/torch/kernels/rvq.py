def nearest(self, r: Tensor, codebook: Tensor) -> Tensor:
  bias = torch.sum(codebook * codebook, [1]) * -0.5
  return torch.argmax(torch.addmm(bias, r, codebook.t()), 1)
def encode(self, z: Tensor, books: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor, Tensor]:
  codes = annotate(List[Tensor], [])
  errors = annotate(List[Tensor], [])
  r = z
  for j in range(books.size(0)):
    active = torch.le(visible, j).unsqueeze(1)
    code = self.nearest(r, books[j])
    e = torch.embedding(books[j], code)
    r = torch.where(active, r - e, r)
    codes.append(code)
    errors.append(torch.sum(r * r, [1]))
  return (torch.stack(codes, 1), torch.stack(errors, 1), r)
def posterior(self, z: Tensor, books: Tensor, visible: Tensor, sigma: Tensor) -> Tensor:
  terms = annotate(List[Tensor], [])
  r = z
  for j in range(books.size(0)):
    active = torch.le(visible, j).unsqueeze(1)
    book = books[j]
    d = torch.sum(r * r, [1], True) + torch.sum(book * book, [1]) - 2.0 * torch.matmul(r, book.t())
    logp = torch.log_softmax(d * -0.5 / (sigma[j] * sigma[j]), 1)
    code = self.nearest(r, book)
    terms.append(torch.gather(logp, 1, code.unsqueeze(1)).squeeze(1))
    r = torch.where(active, r - torch.embedding(book, code), r)
  return torch.stack(terms, 1)
def sums(self, codes: Tensor, books: Tensor, visible: Tensor) -> Tuple[Tensor, Tensor]:
  d = books.size(0)
  v = books.size(1)
  flat = codes + torch.arange(d, device=codes.device) * v
  e = torch.embedding(books.reshape([d * v, books.size(2)]), flat)
  shown = torch.lt(torch.arange(d, device=codes.device), visible.unsqueeze(1)).unsqueeze(2)
  seen = torch.sum(torch.where(shown, e, torch.zeros_like(e)), [1])
  return (seen, torch.sum(torch.where(shown, torch.zeros_like(e), e), [1]))
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
