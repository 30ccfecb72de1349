# Convolutions whose channels come in full blocks: zeros are added to them, and what comes of these is dropped.
# For processors on which oneDNN's kernels are wrong for the rest of a block.
def rest(self, channels: int) -> int:
  block = 32
  if channels <= 16:
    block = 16
  return (block - channels % block) % block
def weight(self, w: Tensor) -> Tensor:  # [out, in, ...], both full
  zeros = [0, 0] * (w.dim() - 2)
  return torch.constant_pad_nd(w, zeros + [0, self.rest(w.size(1)), 0, self.rest(w.size(0))])
def input(self, x: Tensor) -> Tensor:  # [B, in, ...], full
  return torch.constant_pad_nd(x, [0, 0] * (x.dim() - 2) + [0, self.rest(x.size(1))])
def bias(self, b: Tensor) -> Tensor:
  return torch.constant_pad_nd(b, [0, self.rest(b.size(0))])
def convolve(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  y = torch.conv2d(self.input(x), self.weight(w), self.bias(b), [stride, stride], [pad, pad])
  return y.narrow(1, 0, w.size(0)).contiguous()
def convolve1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  y = torch.conv1d(self.input(x), self.weight(w), self.bias(b), [stride], [pad])
  return y.narrow(1, 0, w.size(0)).contiguous()
def widen1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  y = torch.conv_transpose1d(self.input(x), self.weight(w), self.bias(b), [stride], [pad])
  return y.narrow(1, 0, w.size(1)).contiguous()
