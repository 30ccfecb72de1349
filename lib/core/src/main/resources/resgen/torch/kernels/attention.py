# Attention and adaptive norms of a block. x [B, L, W]; q, k, v [B, L, heads, W / heads].
def modulate(self, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
  return torch.addcmul(shift, torch.layer_norm(x, [x.size(2)]), 1.0 + scale)  # (1 + scale)·LN(x) + shift
def signed(self, sin: Tensor) -> Tensor:
  half = sin.size(1) // 2
  return torch.cat([-sin[:, :half], sin[:, half:]], 1)
def rotate(self, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
  c = cos.to(@P@).unsqueeze(1).unsqueeze(1)  # [L, 1, 1, W / heads]
  s = self.signed(sin).to(@P@).unsqueeze(1).unsqueeze(1)
  return torch.addcmul(x * c, torch.roll(x, [x.size(4) // 2], [4]), s)  # q and k turned by position
def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool, lengths: Tensor) -> Tensor:
  b = q.size(0)
  l = q.size(1)
  heads = q.size(2)
  hw = q.size(3)
  ragged = lengths.numel() > 0
  bias = torch.zeros([1], dtype=@P@, device=q.device)
  if causal and (ragged or not (q.is_cuda or l > 128)):
    bias = torch.triu(torch.full([l, l], -1.0e30, dtype=@P@, device=q.device), 1)  # [L, L]
  if ragged:
    padding = torch.ge(torch.arange(l, device=q.device), lengths.unsqueeze(1)).to(@P@) * -1.0e30  # [B, L]
    bias = (bias + padding.unsqueeze(1)).expand([b, l, l]).unsqueeze(1)  # [B, 1, L, L], keys that are padding
  if q.is_cuda or l > 128:
    if ragged:
      a = torch.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), bias, 0.0, False)
    else:
      a = torch.scaled_dot_product_attention(q.transpose(1, 2), k.transpose(1, 2), v.transpose(1, 2), None, 0.0, causal)
  else:
    if ragged:
      bias = bias.expand([b, heads, l, l]).reshape([b * heads, l, l])
    score = torch.baddbmm(bias, q.transpose(1, 2).reshape([b * heads, l, hw]), k.permute([0, 2, 3, 1]).reshape([b * heads, hw, l]), beta=1.0, alpha=1.0 / (hw ** 0.5)).to(6)
    a = torch.bmm(torch.softmax(score, 2).to(@P@), v.transpose(1, 2).reshape([b * heads, l, hw]))
    a = a.view([b, heads, l, hw])
  return a.transpose(1, 2).reshape([b, l, heads * hw])  # [B, L, W]
