# include convolve
def conv(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return self.convolve(x.to(@P@), w.to(@P@), b.to(@P@), stride, pad).to(6)
def forward(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return self.conv(x, w, b, stride, pad)
def residual(self, x: Tensor, g1: Tensor, o1: Tensor, w1: Tensor, b1: Tensor, g2: Tensor, o2: Tensor, w2: Tensor, b2: Tensor, groups: int) -> Tensor:
  h = torch.silu(torch.group_norm(x, groups, g1, o1, 1e-6))
  h = self.conv(h, w1, b1, 1, 1)
  h = torch.silu(torch.group_norm(h, groups, g2, o2, 1e-6))
  return x + self.conv(h, w2, b2, 1, 1)
def activate(self, x: Tensor, g: Tensor, o: Tensor, groups: int) -> Tensor:
  return torch.silu(torch.group_norm(x, groups, g, o, 1e-6))
def enlarge(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return self.conv(torch.upsample_nearest2d(x, [x.size(2) * 2, x.size(3) * 2]), w, b, 1, 1)
def shuffle(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return torch.silu(torch.pixel_shuffle(self.conv(x, w, b, 1, 1), 2))
