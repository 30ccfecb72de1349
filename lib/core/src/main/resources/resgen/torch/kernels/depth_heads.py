def logits(self, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
  y = torch.bmm(x.transpose(0, 1).to(@P@), weight.transpose(1, 2).to(@P@)).to(6)
  return (y + bias.unsqueeze(1)).transpose(0, 1)
def forward(self, x: Tensor, weight: Tensor, bias: Tensor, codes: Tensor) -> Tensor:
  p = torch.log_softmax(self.logits(x, weight, bias), 2)
  return -torch.gather(p, 2, codes.unsqueeze(2)).squeeze(2)
