# include attention
def linear(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.linear(x.to(@P@), w.to(@P@))
def forward(self, x: Tensor, condition: Tensor, bias: Tensor, qkv: Tensor, out: Tensor, up: Tensor, down: Tensor, cos: Tensor, sin: Tensor, heads: int, causal: bool, lengths: Tensor, dropout: float) -> Tensor:
  m = condition + bias
  y = self.modulate(x, m[:, :, 0], m[:, :, 1])
  p = self.linear(y, qkv).view([x.size(0), x.size(1), 3, heads, x.size(2) // heads])
  qk = self.rotate(p.narrow(2, 0, 2), cos, sin)
  h = self.linear(self.attend(qk.select(2, 0), qk.select(2, 1), p.select(2, 2), causal, lengths), out).to(6)
  if dropout > 0.0:
    h = torch.dropout(h, dropout, True)
  x = torch.addcmul(x, m[:, :, 2], h)
  y = self.modulate(x, m[:, :, 3], m[:, :, 4])
  h = self.linear(torch.gelu(self.linear(y, up), approximate="tanh"), down).to(6)
  if dropout > 0.0:
    h = torch.dropout(h, dropout, True)
  return torch.addcmul(x, m[:, :, 5], h)
