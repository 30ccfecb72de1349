# Counter-based noise (resgen.noise.Noise): integers are Java's to the last bit, uniforms too.
# A stream is SplitMix64 from a start s; its k-th number is mix(s + (k + 1)·GOLDEN).
def right(self, z: Tensor, bits: int) -> Tensor:
  return torch.bitwise_right_shift(z, bits) & ((1 << (64 - bits)) - 1)  # Java's >>>
def mix(self, z: Tensor) -> Tensor:
  z = (z ^ self.right(z, 30)) * -4658895280553007687
  z = (z ^ self.right(z, 27)) * -7723592293110705685
  return z ^ self.right(z, 31)
def start(self, state: int, keys: List[Tensor]) -> Tensor:
  s = torch.full([1], state, dtype=4, device=keys[0].device)
  for key in keys:
    s = self.mix((s ^ self.mix(key + -7046029254386353131)) * -7046029254386353131 + 1)
  return self.mix(s + len(keys))  # [B]
def longs(self, state: int, keys: List[Tensor], count: int) -> Tensor:
  s = self.start(state, keys)
  k = torch.arange(1, count + 1, dtype=4, device=s.device)
  return self.mix(s.unsqueeze(1) + k * -7046029254386353131)  # [B, count]
def doubles(self, state: int, keys: List[Tensor], count: int) -> Tensor:
  return self.right(self.longs(state, keys, count), 11).to(7) * (1.0 / 9007199254740992.0)  # [B, count]
def uniforms(self, state: int, keys: List[Tensor], count: int) -> Tensor:
  return self.right(self.longs(state, keys, count), 40).to(6) * (1.0 / 16777216.0)  # [B, count]
def gumbels(self, state: int, keys: List[Tensor], count: int) -> Tensor:
  u = (self.right(self.longs(state, keys, count), 12).to(7) + 0.5) * (1.0 / 4503599627370496.0)
  return -torch.log(-torch.log(u))  # [B, count], −log(−log u) of u in (0, 1)
def gaussians(self, state: int, keys: List[Tensor], count: int) -> Tensor:
  z = self.longs(state, keys, count + count % 2)
  z = z.view([z.size(0), z.size(1) // 2, 2])  # [B, pairs, 2]
  u = (self.right(z.select(2, 0), 12).to(7) + 0.5) * (1.0 / 4503599627370496.0)
  angle = self.right(z.select(2, 1), 11).to(7) * (2.0 * 3.141592653589793 / 9007199254740992.0)
  radius = torch.sqrt(-2.0 * torch.log(u))  # Box and Muller
  both = torch.stack([radius * torch.cos(angle), radius * torch.sin(angle)], 2)
  return both.flatten(1).narrow(1, 0, count).to(6)  # [B, count]
def integers(self, state: int, keys: List[Tensor], count: int, bound: int) -> Tensor:
  return self.right(self.right(self.longs(state, keys, count), 32) * bound, 32)  # [B, count], below bound
def forward(self, x: Tensor) -> Tensor:
  return x
