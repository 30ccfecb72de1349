# A softmax over the V codes of each of D depths, at N positions (resgen.head.CategoricalHead).
# include gemm
# include pick
def logits(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  d = weight.size(0)
  v = weight.size(1)
  y = self.linear(x, weight.reshape([d * v, weight.size(2)])).to(6)
  return y.view([x.size(0), d, v]) + bias  # [N, D, V]
def forward(self, x: Tensor, codes: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  logp = torch.log_softmax(self.logits(x, weight, bias), 2)
  return -torch.gather(logp, 2, codes.unsqueeze(2)).squeeze(2)  # [N, D], −log p(x_ij)
def draw(self, x: Tensor, uniform: Tensor, visible: Tensor, weight: Tensor, bias: Tensor, first: int, topp: float, temperature: float) -> Tuple[Tensor, Tensor]:
  n = uniform.size(0)
  k = uniform.size(1)
  y = self.logits(x, weight.narrow(0, first, k), bias.narrow(0, first, k))  # [N, k, V]
  logp = torch.log_softmax(y, 2)
  p = torch.softmax(y / temperature, 2)
  if topp < 1.0:
    p = p * torch.logical_not(visible.narrow(1, first, k)).unsqueeze(2)  # zeros are sorted faster on a CPU
  codes = self.pick_code(p.reshape([n * k, p.size(2)]), uniform.reshape([n * k]), topp).view([n, k])
  return (codes, torch.gather(logp, 2, codes.unsqueeze(2)).squeeze(2))  # [N, k], codes and their log p
