def forward(self, x: Tensor, level: Tensor, weights: List[Tensor], norm: Tensor) -> Tensor:
  for i in range(len(weights) // 3):
    m = torch.index_select(weights[3 * i], 0, level)
    y = torch.layer_norm(x, [x.size(1)]) * (1.0 + m[:, 1]) + m[:, 0]
    h = torch.gelu(torch.linear(y.to(@P@), weights[3 * i + 1].to(@P@)), approximate="tanh")
    x = x + m[:, 2] * torch.linear(h, weights[3 * i + 2].to(@P@)).to(6)
  m = torch.index_select(norm, 0, level)
  return torch.layer_norm(x, [x.size(1)]) * (1.0 + m[:, 1]) + m[:, 0]
