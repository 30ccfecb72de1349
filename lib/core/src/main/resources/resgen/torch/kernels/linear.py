# include gemm
def forward(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
  return self.linear(x, w).to(6) + b
