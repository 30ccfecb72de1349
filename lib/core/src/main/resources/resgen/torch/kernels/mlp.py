def forward(self, x: Tensor, w1: Tensor, b1: Tensor, w2: Tensor, b2: Tensor) -> Tensor:
  h = torch.silu(torch.linear(x.to(@P@), w1.to(@P@)).to(6) + b1)
  return torch.linear(h.to(@P@), w2.to(@P@)).to(6) + b2
