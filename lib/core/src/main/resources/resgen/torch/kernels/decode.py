# include gemm
# include pick
def turn(self, x: Tensor, c: Tensor, s: Tensor) -> Tensor:
  last = x.dim() - 1
  return torch.addcmul(x * c, torch.roll(x, [x.size(last) // 2], [last]), s)
def attend(self, y: Tensor, qkv: Tensor, cache: Tensor, c: Tensor, s: Tensor, heads: int, at: int) -> Tensor:
  b = y.size(0)
  n = y.size(1)
  w = y.size(2)
  p = self.linear(y.flatten(0, 1), qkv).to(6).view([b, n, 3, heads, w // heads])
  qk = self.turn(p.narrow(2, 0, 2), c, s)
  cache[0].narrow(2, at, n).copy_(qk.select(2, 1).transpose(1, 2))
  cache[1].narrow(2, at, n).copy_(p.select(2, 2).transpose(1, 2))
  mask = torch.tril(torch.ones([n, at + n], dtype=11, device=y.device), at)
  a = torch.scaled_dot_product_attention(qk.select(2, 0).transpose(1, 2), cache[0].narrow(2, 0, at + n), cache[1].narrow(2, 0, at + n), mask, 0.0, False, scale=1.0)
  return a.transpose(1, 2).reshape([b * n, w])
def stack(self, x: Tensor, weights: List[Tensor], modulation: Tensor, norm: Tensor, cache: Tensor, c: Tensor, s: Tensor, heads: int, at: int) -> Tensor:
  shape = [x.size(0), x.size(1), x.size(2)]
  for i in range(modulation.size(0)):
    m = modulation[i]
    y = torch.addcmul(m[0], torch.layer_norm(x, [shape[2]]), m[1])
    a = self.attend(y, weights[4 * i], cache[i], c, s, heads, at)
    x = torch.addcmul(x, m[2], self.linear(a, weights[4 * i + 1]).to(6).view(shape))
    y = torch.addcmul(m[3], torch.layer_norm(x, [shape[2]]), m[4])
    h = self.linear_gelu(y.flatten(0, 1), weights[4 * i + 2])
    x = torch.addcmul(x, m[5], self.linear(h, weights[4 * i + 3]).to(6).view(shape))
  return torch.addcmul(norm[0], torch.layer_norm(x, [shape[2]]), norm[1])
def tables(self, cos: Tensor, sin: Tensor) -> Tuple[Tensor, Tensor]:
  hw = cos.size(1)
  scale = torch.cat([torch.full([1], 1.0 / (hw ** 0.5), dtype=6, device=cos.device), torch.ones([1], dtype=6, device=cos.device)]).view([2, 1])
  s = torch.cat([-sin[:, :hw // 2], sin[:, hw // 2:]], 1)
  return ((cos.unsqueeze(1) * scale).unsqueeze(2), (s.unsqueeze(1) * scale).unsqueeze(2))
def one(self, x: Tensor, weights: List[Tensor], m: List[Tensor], norm: List[Tensor], kv: List[Tensor], c: Tensor, s: Tensor, at: int) -> Tensor:
  b = x.size(0)
  w = x.size(1)
  heads = kv[0].size(0) // b
  hw = w // heads
  for i in range(len(kv) // 2):
    k = kv[2 * i]
    v = kv[2 * i + 1]
    y = torch.addcmul(m[6 * i], torch.layer_norm(x, [w]), m[6 * i + 1])
    p = self.linear(y, weights[4 * i]).to(6).view([b, 3, heads, hw])
    qk = self.turn(p.narrow(1, 0, 2), c, s)
    k.select(1, at).copy_(qk.select(1, 1).reshape([b * heads, hw]))
    v.select(1, at).copy_(p.select(1, 2).reshape([b * heads, hw]))
    score = torch.bmm(qk.select(1, 0).reshape([b * heads, 1, hw]), k.narrow(1, 0, at + 1).transpose(1, 2))
    a = torch.bmm(torch.softmax(score, 2), v.narrow(1, 0, at + 1)).view([b, w])
    x = torch.addcmul(x, m[6 * i + 2], self.linear(a, weights[4 * i + 1]).to(6))
    y = torch.addcmul(m[6 * i + 3], torch.layer_norm(x, [w]), m[6 * i + 4])
    x = torch.addcmul(x, m[6 * i + 5], self.linear(self.linear_gelu(y, weights[4 * i + 2]), weights[4 * i + 3]).to(6))
  return torch.addcmul(norm[0], torch.layer_norm(x, [w]), norm[1])
# As one, at a position that an array tells: the same work for every position, over all keys there are.
def counted(self, x: Tensor, weights: List[Tensor], modulation: Tensor, norm: Tensor, cache: Tensor, cos: Tensor, sin: Tensor, at: Tensor) -> Tensor:
  b = x.size(0)
  w = x.size(1)
  m = self.rows(modulation)
  last = self.rows(norm)
  kv = self.kept(cache)
  heads = kv[0].size(0) // b
  hw = w // heads
  c, s = self.tables(torch.index_select(cos, 0, at), torch.index_select(sin, 0, at))
  later = torch.gt(torch.arange(kv[0].size(1), device=x.device), at)  # [L]
  hidden = torch.where(later, torch.full([1], float("-inf"), dtype=6, device=x.device), torch.zeros([1], dtype=6, device=x.device))
  for i in range(len(kv) // 2):
    k = kv[2 * i]
    v = kv[2 * i + 1]
    y = torch.addcmul(m[6 * i], torch.layer_norm(x, [w]), m[6 * i + 1])
    p = self.linear(y, weights[4 * i]).to(6).view([b, 3, heads, hw])
    qk = self.turn(p.narrow(1, 0, 2), c[0], s[0])
    k.index_copy_(1, at, qk.select(1, 1).reshape([b * heads, 1, hw]))
    v.index_copy_(1, at, p.select(1, 2).reshape([b * heads, 1, hw]))
    score = torch.bmm(qk.select(1, 0).reshape([b * heads, 1, hw]), k.transpose(1, 2)) + hidden  # [B·heads, 1, L]
    a = torch.bmm(torch.softmax(score, 2), v).view([b, w])
    x = torch.addcmul(x, m[6 * i + 2], self.linear(a, weights[4 * i + 1]).to(6))
    y = torch.addcmul(m[6 * i + 3], torch.layer_norm(x, [w]), m[6 * i + 4])
    x = torch.addcmul(x, m[6 * i + 5], self.linear(self.linear_gelu(y, weights[4 * i + 2]), weights[4 * i + 3]).to(6))
  return torch.addcmul(last[0], torch.layer_norm(x, [w]), last[1])  # [B, W]
def modulations(self, condition: Tensor, biases: List[Tensor], last: Tensor) -> Tuple[Tensor, Tensor]:
  one = torch.eq(torch.arange(6, device=condition.device) % 3, 1).to(6).view([6, 1, 1, 1])  # 0, 1, 0, 0, 1, 0
  c = condition.permute([2, 0, 1, 3])
  rows = annotate(List[Tensor], [])
  for bias in biases:
    rows.append(c[:6] + bias.unsqueeze(1).unsqueeze(2) + one)
  return (torch.stack(rows), c[6:] + last.unsqueeze(1).unsqueeze(2) + one[:2])
def forward(self, x: Tensor, weights: List[Tensor], modulation: Tensor, norm: Tensor, cache: Tensor, cos: Tensor, sin: Tensor, heads: int, at: int) -> Tensor:
  n = x.size(1)
  c, s = self.tables(cos.narrow(0, at, n), sin.narrow(0, at, n))
  if n > 1:
    return self.stack(x, weights, modulation, norm, cache, c, s, heads, at)
  y = self.one(x.squeeze(1), weights, self.rows(modulation), self.rows(norm), self.kept(cache), c[0], s[0], at)
  return y.unsqueeze(1)
def rows(self, modulation: Tensor) -> List[Tensor]:
  w = modulation.size(modulation.dim() - 1)
  return torch.unbind(modulation.reshape([-1, modulation.size(modulation.dim() - 3), w]), 0)
def kept(self, cache: Tensor) -> List[Tensor]:
  return torch.unbind(cache.view([cache.size(0) * 2, cache.size(2) * cache.size(3), cache.size(4), cache.size(5)]), 0)
def choose(self, logits: Tensor, uniform: Tensor, temperature: float, topp: float) -> Tensor:
  return self.pick_code(torch.softmax(logits / temperature, 1), uniform, topp)
def depths(self, hidden: Tensor, sums: Tensor, inputs: List[Tensor], weights: List[Tensor], modulation: Tensor, norm: Tensor, cache: Tensor, cos: Tensor, sin: Tensor, heads: int, uniform: Tensor, guidance: Tensor, temperature: float, topp: float) -> Tuple[Tensor, Tensor]:
  b = uniform.size(0)
  guided = hidden.size(0) > b
  total = torch.zeros_like(sums)
  codes = annotate(List[Tensor], [])
  values = annotate(List[Tensor], [])
  m = self.rows(modulation)
  last = self.rows(norm)
  kv = self.kept(cache)
  c, s = self.tables(cos, sin)
  for j in range(uniform.size(1)):
    x = torch.linear(total * inputs[0], inputs[1], inputs[2]) + inputs[3][j] + hidden
    y = self.one(x, weights, m, last, kv, c[j], s[j], j)
    logits = self.linear(y, weights[4 * modulation.size(0)][j]).to(6) + inputs[4][j]
    if guided:
      logits = logits[:b] + (logits[:b] - logits[b:]) * guidance
    code = self.choose(logits, uniform[:, j], temperature, topp)
    e = torch.embedding(inputs[5][j], code)
    if guided:
      e = torch.cat([e, e], 0)
    total = total + e
    codes.append(code)
    values.append(torch.sum(logits, 1))
  sums.copy_(total)
  return (torch.stack(codes, 1), torch.stack(values, 1))  # [B, D], codes and what tells of numbers that are none
