def linear(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.linear(x.to(@P@), w.to(@P@))
def modulate(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
  return torch.layer_norm(x, [x.size(2)]) * (1.0 + scale) + shift
def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  half = x.size(3) // 2
  a = x[:, :, :, :half]
  b = x[:, :, :, half:]
  return x * cos + torch.cat([-b, a], 3) * sin
def forward(self, x: Tensor, condition: Tensor, bias: Tensor, qkv: Tensor, out: Tensor, up: Tensor, down: Tensor, cos: Tensor, sin: Tensor, heads: int, causal: bool, dropout: float) -> Tensor:
  m = condition + bias
  b = x.size(0)
  l = x.size(1)
  w = x.size(2)
  y = self.modulate(x, m[:, :, 0], m[:, :, 1])
  p = self.linear(y, qkv).view([b, l, 3, heads, w // heads]).permute([2, 0, 3, 1, 4])
  c = cos.to(@P@)
  s = sin.to(@P@)
  q = self.rotate(p[0], c, s)
  k = self.rotate(p[1], c, s)
  a = torch.scaled_dot_product_attention(q, k, p[2].contiguous(), None, 0.0, causal)
  a = a.transpose(1, 2).reshape([b, l, w])
  h = self.linear(a, out).to(6)
  if dropout > 0.0:
    h = torch.dropout(h, dropout, True)
  x = x + m[:, :, 2] * h
  y = self.modulate(x, m[:, :, 3], m[:, :, 4])
  h = torch.gelu(self.linear(y, up), approximate="tanh")
  h = self.linear(h, down).to(6)
  if dropout > 0.0:
    h = torch.dropout(h, dropout, True)
  return x + m[:, :, 5] * h
