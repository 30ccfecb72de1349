def linear(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.linear(x.to(@P@), w.to(@P@))
def linear_gelu(self, x: Tensor, w: Tensor) -> Tensor:
  return torch.gelu(torch.linear(x.to(@P@), w.to(@P@)), approximate="tanh")
