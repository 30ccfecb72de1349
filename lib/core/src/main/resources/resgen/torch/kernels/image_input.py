def grey(self, x: Tensor) -> Tensor:
  return x[:, 0:1] * 0.299 + x[:, 1:2] * 0.587 + x[:, 2:3] * 0.114
def rgb(self, x: Tensor) -> Tensor:
  return x.expand([-1, 3, -1, -1])
def resize(self, x: Tensor, size: int) -> Tensor:
  return torch._upsample_bilinear2d_aa(x, [size, size], False)
