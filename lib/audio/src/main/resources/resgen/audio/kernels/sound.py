# Sound as spectra. B clips of T samples; n the transform's size, K = n/2 + 1 its bins; centred frames, F = 1 + T/hop
# of them; M mel bands. float32.
def spectrum(self, x: Tensor, window: Tensor, n: int, hop: int) -> Tensor:
  frames = 1 + x.size(1) // hop
  short = n // 2 + 1 - x.size(1)
  if short > 0:
    x = torch.constant_pad_nd(x, [0, short], 0.0)  # [B, n/2 + 1]: reflection needs as many
  s = torch.stft(x, n, hop, window.size(0), window, True, "reflect", False, True, True)  # [B, K, F], complex
  return s.narrow(2, 0, frames)

def stft(self, x: Tensor, window: Tensor, n: int, hop: int) -> Tensor:
  return torch.view_as_real(self.spectrum(x, window, n, hop))  # [B, K, F, 2]: real and imaginary parts

# Least squares (Griffin and Lim 1984): windowed frames added up, over the sum of squared windows.
def wave(self, s: Tensor, window: Tensor, n: int, hop: int, length: int) -> Tensor:
  return torch.istft(s, n, hop, window.size(0), window, True, False, True, length, False)  # [B, length]

def istft(self, s: Tensor, window: Tensor, n: int, hop: int, length: int) -> Tensor:
  return self.wave(torch.view_as_complex(s), window, n, hop, length)  # [B, length]

def log_mel(self, x: Tensor, window: Tensor, basis: Tensor, n: int, hop: int, floor: float) -> Tensor:
  magnitude = torch.abs(self.spectrum(x, window, n, hop))  # [B, K, F]
  mel = torch.matmul(basis, magnitude)  # [B, M, F]
  return torch.log(torch.clamp_min(mel, floor)).transpose(1, 2)  # [B, F, M]

def inverse(self, basis: Tensor, cut: float) -> Tensor:
  return torch.pinverse(basis.to(7), cut).to(6)  # [K, M]: the pseudo-inverse, in float64

# Magnitudes that a mel spectrum may come from: the basis' pseudo-inverse, cut at a floor.
def magnitudes(self, mel: Tensor, inverse: Tensor, floor: float) -> Tensor:
  return torch.clamp_min(torch.matmul(inverse, torch.exp(mel).transpose(1, 2)), floor)  # [B, K, F]

# Phases of magnitudes m [1, K, F] from a start [1, K, F], by the fast Griffin-Lim algorithm (Perraudin, Balazs and
# Søndergaard 2013): c_i = P(t_{i-1}), t_i = c_i + a·(c_i − c_{i-1}); a = 0 is Griffin and Lim's own. The second
# result is ‖|c_i| − m‖ / ‖m‖ of each round, the spectral convergence.
def griffin_lim(self, m: Tensor, phase: Tensor, window: Tensor, n: int, hop: int, rounds: int, a: float) -> Tuple[Tensor, Tensor]:
  length = (m.size(2) - 1) * hop
  before = torch.zeros_like(torch.polar(m, phase))  # [1, K, F], complex: c_{i-1}
  turned = torch.polar(torch.ones_like(m), phase)  # [1, K, F]: e^{iφ}
  errors = annotate(List[Tensor], [])
  for i in range(rounds):
    c = self.spectrum(self.wave(m * turned, window, n, hop, length), window, n, hop)  # [1, K, F]: c_i
    errors.append(torch.norm(torch.abs(c) - m) / torch.norm(m))
    t = c  # [1, K, F]: t_i
    if i > 0:
      t = c + (c - before) * a
    turned = t / torch.clamp_min(torch.abs(t), 1e-16)
    before = c
  return (self.wave(m * turned, window, n, hop, length), torch.stack(errors))  # [1, (F − 1)·hop], [rounds]

def forward(self, x: Tensor) -> Tensor:
  return x
