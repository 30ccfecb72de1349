# include shown
# include pick
def logits(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  d = weight.size(0)
  v = weight.size(1)
  y = torch.linear(x.to(@P@), weight.reshape([d * v, weight.size(2)]).to(@P@)).to(6)
  return y.view([x.size(0), d, v]) + bias
def forward(self, x: Tensor, codes: Tensor, visible: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  logp = torch.log_softmax(self.logits(x, weight, bias), 2)
  nll = -torch.gather(logp, 2, codes.unsqueeze(2)).squeeze(2)
  return torch.where(self.shown(visible, codes.size(1)), torch.zeros_like(nll), nll)
def at(self, x: Tensor, codes: Tensor, depth: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  y = self.logits(x, weight, bias)
  own = torch.gather(y, 1, depth.view([-1, 1, 1]).expand([y.size(0), 1, y.size(2)])).squeeze(1)
  return -torch.gather(torch.log_softmax(own, 1), 1, codes.unsqueeze(1)).squeeze(1)
def draw(self, x: Tensor, uniform: Tensor, weight: Tensor, bias: Tensor, first: int, topp: float, temperature: float) -> Tuple[Tensor, Tensor]:
  n = uniform.size(0)
  k = uniform.size(1)
  y = self.logits(x, weight.narrow(0, first, k), bias.narrow(0, first, k))
  logp = torch.log_softmax(y, 2)
  p = torch.softmax(y / temperature, 2)
  codes = self.pick_code(p.reshape([n * k, p.size(2)]), uniform.reshape([n * k]), topp).view([n, k])
  return (codes, torch.gather(logp, 2, codes.unsqueeze(2)).squeeze(2))
