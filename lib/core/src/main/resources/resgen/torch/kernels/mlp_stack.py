# include gemm
def forward(self, x: Tensor, level: Tensor, tables: List[Tensor], weights: List[Tensor], norm: Tensor) -> Tensor:
  for i in range(len(tables)):
    m = torch.index_select(tables[i], 0, level)
    y = torch.layer_norm(x, [x.size(1)]) * (1.0 + m[:, 1]) + m[:, 0]
    h = torch.gelu(torch.linear(y.to(@P@), weights[2 * i].to(@P@)), approximate="tanh")
    x = x + m[:, 2] * torch.linear(h, weights[2 * i + 1].to(@P@)).to(6)
  m = torch.index_select(norm, 0, level)
  return torch.layer_norm(x, [x.size(1)]) * (1.0 + m[:, 1]) + m[:, 0]
def single(self, hidden: Tensor, visible: Tensor, scale: Tensor, w: Tensor, b: Tensor, level: int, tables: List[Tensor], weights: List[Tensor], norm: Tensor) -> Tensor:
  x = torch.linear(visible * scale, w, b) + hidden
  for i in range(len(tables)):
    m = tables[i][level]
    y = torch.layer_norm(x, [x.size(1)]) * (1.0 + m[1]) + m[0]
    h = self.linear_gelu(y, weights[2 * i])
    x = torch.addcmul(x, m[2], self.linear(h, weights[2 * i + 1]).to(6))
  m = norm[level]
  return torch.layer_norm(x, [x.size(1)]) * (1.0 + m[1]) + m[0]
