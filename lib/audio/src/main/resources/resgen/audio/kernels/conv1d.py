# One-dimensional parts of the mel codec. B sounds, C channels, T frames; x [B, C, T], float32; products in @P@.
# include convolve
def conv(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
  return self.convolve1(x.to(@P@), w.to(@P@), b.to(@P@), stride, pad).to(6)  # [B, out, (T + 2·pad − k)/stride + 1]

# Twice the frames: kernel 4, stride 2.
def enlarge(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return self.widen1(x.to(@P@), w.to(@P@), b.to(@P@), 2, 1).to(6)  # [B, out, 2T]

def activate(self, x: Tensor, g: Tensor, o: Tensor, groups: int) -> Tensor:
  return torch.silu(torch.group_norm(x, groups, g, o, 1e-6))  # [B, C, T]

def residual(self, x: Tensor, g1: Tensor, o1: Tensor, w1: Tensor, b1: Tensor, g2: Tensor, o2: Tensor, w2: Tensor, b2: Tensor, groups: int) -> Tensor:
  h = self.conv(self.activate(x, g1, o1, groups), w1, b1, 1, 1)  # [B, C, T]
  return x + self.conv(self.activate(h, g2, o2, groups), w2, b2, 1, 1)  # [B, C, T]

# A ConvNeXt block (Liu et al. 2022) in one dimension: depthwise convolution over 7 frames, layer norm over channels,
# two linear layers with GELU between, a gain per channel.
def convnext(self, x: Tensor, w: Tensor, b: Tensor, g: Tensor, o: Tensor, up: Tensor, bu: Tensor, down: Tensor, bd: Tensor, gain: Tensor) -> Tensor:
  c = x.size(1)
  h = torch.conv1d(x, w, b, [1], [3], [1], c)  # [B, C, T]
  h = torch.layer_norm(h.transpose(1, 2), [c], g, o, 1e-6)  # [B, T, C]
  h = torch.gelu(torch.linear(h.to(@P@), up.to(@P@), bu.to(@P@)))  # [B, T, 3C]
  h = torch.linear(h, down.to(@P@), bd.to(@P@)).to(6) * gain  # [B, T, C]
  return x + h.transpose(1, 2)  # [B, C, T]

def forward(self, x: Tensor) -> Tensor:
  return x
