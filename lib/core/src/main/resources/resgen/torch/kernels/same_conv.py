def pad(self, size: int, kernel: int, stride: int) -> int:
  out = (size + stride - 1) // stride
  total = (out - 1) * stride + kernel - size
  if total < 0:
    total = 0
  return total
def forward(self, x: Tensor, w: Tensor, b: Tensor, stride: int, groups: int, clipped: bool) -> Tensor:
  v = self.pad(x.size(2), w.size(2), stride)
  h = self.pad(x.size(3), w.size(3), stride)
  p = torch.constant_pad_nd(x, [h // 2, h - h // 2, v // 2, v - v // 2], 0)
  y = torch.conv2d(p, w, b, [stride, stride], [0, 0], [1, 1], groups)
  if clipped:
    y = torch.clamp(y, 0., 6.)
  return y
