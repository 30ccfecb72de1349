# include attention
# include gemm
def blocks(self, y: Tensor, condition: Tensor, weights: List[Tensor], cos: Tensor, sin: Tensor, heads: int, causal: bool, lengths: Tensor) -> Tensor:
  shared = condition.narrow(2, 0, 6)
  i = 0
  while i < len(weights):
    m = shared + weights[i]
    p = self.linear(self.modulate(y, m[:, :, 0], m[:, :, 1]), weights[i + 1]).view([y.size(0), y.size(1), 3, heads, y.size(2) // heads])
    qk = self.rotate(p.narrow(2, 0, 2), cos, sin)
    a = self.attend(qk.select(2, 0), qk.select(2, 1), p.select(2, 2), causal, lengths)
    y.addcmul_(m[:, :, 2], self.linear(a, weights[i + 2]).to(6))
    h = self.linear_gelu(self.modulate(y, m[:, :, 3], m[:, :, 4]), weights[i + 3])
    y.addcmul_(m[:, :, 5], self.linear(h, weights[i + 4]).to(6))
    i = i + 5
  return y

def finish(self, y: Tensor, condition: Tensor, last: Tensor) -> Tensor:
  n = condition.narrow(2, 6, 2) + last
  return self.modulate(y, n[:, :, 0], n[:, :, 1])

def forward(self, x: Tensor, condition: Tensor, weights: List[Tensor], last: Tensor, cos: Tensor, sin: Tensor, heads: int, causal: bool, lengths: Tensor) -> Tensor:
  return self.finish(self.blocks(x.clone(), condition, weights, cos, sin, heads, causal, lengths), condition, last)
