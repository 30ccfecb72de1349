def modulate(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
  return torch.addcmul(shift, torch.layer_norm(x, [x.size(2)]), 1.0 + scale)
def signed(self, sin: Tensor) -> Tensor:
  half = sin.size(1) // 2
  return torch.cat([-sin[:, :half], sin[:, half:]], 1)
def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  c = cos.to(@P@).unsqueeze(1).unsqueeze(1)
  s = self.signed(sin).to(@P@).unsqueeze(1).unsqueeze(1)
  return torch.addcmul(x * c, torch.roll(x, [x.size(4) // 2], [4]), s)
def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool) -> Tensor:
  b = q.size(0)
  l = q.size(1)
  heads = q.size(2)
  hw = q.size(3)
  if q.is_cuda or l > 128:
    a = torch.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), None, 0.0, causal)
  else:
    bias = torch.zeros([1], dtype=@P@, device=q.device)
    if causal:
      bias = torch.triu(torch.full([l, l], -1.0e30, dtype=@P@, device=q.device), 1)
    score = torch.baddbmm(bias, q.transpose(1, 2).reshape([b * heads, l, hw]), k.permute([0, 2, 3, 1]).reshape([b * heads, hw, l]), beta=1.0, alpha=1.0 / (hw ** 0.5)).to(6)
    a = torch.bmm(torch.softmax(score, 2).to(@P@), v.transpose(1, 2).reshape([b * heads, l, hw]))
    a = a.view([b, heads, l, hw])
  return a.transpose(1, 2).reshape([b, l, heads * hw])
