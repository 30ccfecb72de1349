# Parts of the waveform codec. B sounds of T samples; frames of n samples, a hop apart, F = T/hop of them, K = n/2 + 1
# bins; C channels, last, so that everything but the depthwise convolution is a product of matrices. float32; products
# of channels in @P@.

# Frames around the middle of every hop, with silence at both ends.
def frames(self, x: Tensor, n: int, hop: int) -> Tensor:
  side = (n - hop) // 2
  x = torch.constant_pad_nd(x, [side, n - hop - side], 0.0)  # [B, T + n − hop]
  return x.unfold(1, n, hop)  # [B, F, n]

# Real parts and then imaginary parts, by a basis [n, 2K] that holds the window.
def analyse(self, x: Tensor, basis: Tensor, hop: int) -> Tensor:
  return torch.matmul(self.frames(x, basis.size(0), hop), basis)  # [B, F, 2K]

# Frames [B, F, n] added up where they overlap; n is a multiple of the hop.
def overlap(self, x: Tensor, hop: int) -> Tensor:
  b, f, n = x.size(0), x.size(1), x.size(2)
  m = n // hop
  parts = x.reshape(b, f, m, hop)
  whole = torch.constant_pad_nd(parts.select(2, 0), [0, 0, 0, m - 1])  # [B, F + m − 1, hop]
  for i in range(1, m):
    whole = whole + torch.constant_pad_nd(parts.select(2, i), [0, 0, i, m - 1 - i])
  return whole.reshape(b, -1).narrow(1, (n - hop) // 2, f * hop)  # [B, T]

# Least squares: windowed frames added up, over the sum of squared windows [n].
def synthesise(self, s: Tensor, basis: Tensor, squares: Tensor, hop: int) -> Tensor:
  x = self.overlap(torch.matmul(s, basis), hop)  # [B, T]
  return x / self.overlap(squares.expand(1, s.size(1), -1), hop)

# A spectrum of outputs y [B, F, 2K]: m_k, the logarithm of a magnitude that levels off at 100, and a phase φ_k.
# |s_k| = 100·exp(−softplus(log 100 − m_k)); the first and the last bin are real.
def polar(self, y: Tensor) -> Tensor:
  k = y.size(2) // 2
  m, p = y.narrow(2, 0, k), y.narrow(2, k, k)
  magnitude = 100.0 * torch.exp(-torch.softplus(4.605170185988092 - m))  # [B, F, K]
  imaginary = (magnitude * torch.sin(p)).narrow(2, 1, k - 2)
  return torch.cat([magnitude * torch.cos(p), torch.constant_pad_nd(imaginary, [1, 1])], 2)  # [B, F, 2K]

# The same as real and imaginary parts of bins: [B, F, 2K] to [B, K, F, 2].
def bins(self, s: Tensor) -> Tensor:
  return s.reshape(s.size(0), s.size(1), 2, s.size(2) // 2).permute([0, 3, 1, 2]).contiguous()

def norm(self, x: Tensor, g: Tensor, o: Tensor) -> Tensor:
  return torch.layer_norm(x, [x.size(2)], g, o, 1e-6)  # [B, F, C]

# Without bias, in float32: the first and the last layer.
def project(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.linear(x, w)  # [B, F, out]

# A ConvNeXt block (Liu et al. 2022) in one dimension: depthwise convolution over frames, layer norm over channels, two
# linear layers with GELU between.
def block(self, x: Tensor, w: Tensor, b: Tensor, g: Tensor, o: Tensor, up: Tensor, bu: Tensor, down: Tensor, bd: Tensor) -> Tensor:
  c = x.size(2)
  h = torch.conv1d(x.transpose(1, 2), w, b, [1], [w.size(2) // 2], [1], c).transpose(1, 2)  # [B, F, C]
  h = torch.layer_norm(h, [c], g, o, 1e-6)
  h = torch.gelu(torch.linear(h.to(@P@), up.to(@P@), bu.to(@P@)))  # [B, F, 4C]
  return x + torch.linear(h, down.to(@P@), bd.to(@P@)).to(6)  # [B, F, C]

# A convolution whose kernel is its stride: each frame of the output reads s frames of its own. w [out, s·C].
def narrow_by(self, x: Tensor, w: Tensor, s: int) -> Tensor:
  h = x.reshape(x.size(0), x.size(1) // s, s * x.size(2))  # [B, F/s, s·C]
  return torch.linear(h.to(@P@), w.to(@P@)).to(6)  # [B, F/s, out]

# Its transpose: each frame of the input writes s frames of its own. w [s·out, C].
def widen_by(self, x: Tensor, w: Tensor, s: int) -> Tensor:
  h = torch.linear(x.to(@P@), w.to(@P@)).to(6)  # [B, F, s·out]
  return h.reshape(x.size(0), x.size(1) * s, h.size(2) // s)  # [B, s·F, out]

def forward(self, x: Tensor) -> Tensor:
  return x
