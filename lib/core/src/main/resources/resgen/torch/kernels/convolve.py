# Convolutions as libtorch has them; convolve_full.py takes this file's place where OneDnn.convolves() is false.
def convolve(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return torch.conv2d(x, w, b, [stride, stride], [pad, pad])
def convolve1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return torch.conv1d(x, w, b, [stride], [pad])
def widen1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return torch.conv_transpose1d(x, w, b, [stride], [pad])
