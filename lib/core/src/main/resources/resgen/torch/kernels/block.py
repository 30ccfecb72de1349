# A pre-norm block with adaptive norms. x [B, L, W]; condition [B, 1 or L, 8, W]: shift, scale and gate
# of attention and of the MLP, shift and scale of the final norm. w: bias [6, W], qkv, out, up, down. Dropout is drawn
# for a whole batch, of which x holds B samples from `start` on.
# include attention
# include gemm
def dropped(self, h: Tensor, dropout: float, start: int, batch: int) -> Tensor:
  if dropout == 0.0:
    return h
  if batch == h.size(0):
    return torch.dropout(h, dropout, True)
  ones = torch.ones([batch, h.size(1), h.size(2)], dtype=6, device=h.device)
  kept = torch.dropout(ones, dropout, True).narrow(0, start, h.size(0))  # this part's of the whole batch's
  return h * kept.clone()
def forward(self, x: Tensor, condition: Tensor, w: List[Tensor], cos: Tensor, sin: Tensor, heads: int, causal: bool, lengths: Tensor, dropout: float, start: int, batch: int) -> Tensor:
  m = condition.narrow(2, 0, 6) + w[0]  # [B, 1 or L, 6, W]
  p = self.linear(self.modulate(x, m[:, :, 0], m[:, :, 1]), w[1]).view([x.size(0), x.size(1), 3, heads, x.size(2) // heads])
  qk = self.rotate(p.narrow(2, 0, 2), cos, sin)
  h = self.linear(self.attend(qk.select(2, 0), qk.select(2, 1), p.select(2, 2), causal, lengths), w[2]).to(6)
  h = self.dropped(h, dropout, start, batch)
  x = torch.addcmul(x, m[:, :, 2], h)  # x + gate·attention
  h = self.linear(self.linear_gelu(self.modulate(x, m[:, :, 3], m[:, :, 4]), w[3]), w[4]).to(6)
  h = self.dropped(h, dropout, start, batch)
  return torch.addcmul(x, m[:, :, 5], h)  # x + gate·MLP
def finish(self, x: Tensor, condition: Tensor, last: Tensor) -> Tensor:
  m = condition.narrow(2, 6, 2) + last  # [B, 1 or L, 2, W]
  return self.modulate(x, m[:, :, 0], m[:, :, 1])
