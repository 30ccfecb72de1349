# Exponential moving averages (resgen.train.Ema).
def update(self, averages: List[Tensor], xs: List[Tensor], rate: Tensor) -> Tensor:
  for i in range(len(xs)):
    averages[i].lerp_(xs[i], rate)  # average + rate·(x − average)
  return averages[0]
def assign(self, to: List[Tensor], xs: List[Tensor]) -> Tensor:
  torch._foreach_copy_(to, xs)
  return to[0]
def forward(self, x: Tensor) -> Tensor:
  return x
