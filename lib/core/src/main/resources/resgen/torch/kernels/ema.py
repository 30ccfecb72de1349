def update(self, averages: List[Tensor], xs: List[Tensor], rate: float) -> Tensor:
  torch._foreach_lerp_(averages, xs, rate)
  return averages[0]
def assign(self, to: List[Tensor], xs: List[Tensor]) -> Tensor:
  torch._foreach_copy_(to, xs)
  return to[0]
def forward(self, x: Tensor) -> Tensor:
  return x
