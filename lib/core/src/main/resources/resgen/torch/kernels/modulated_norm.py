def forward(self, x: Tensor, condition: Tensor, bias: Tensor) -> Tensor:
  m = condition + bias
  return torch.layer_norm(x, [x.size(2)]) * (1.0 + m[:, :, 1]) + m[:, :, 0]
