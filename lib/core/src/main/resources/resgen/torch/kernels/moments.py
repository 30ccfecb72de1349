# Count, mean and scatter of rows with weights, in float64 (resgen.lab.metric.DeviceMoments).
def forward(self, x: Tensor, times: Tensor) -> Tuple[Tensor, Tensor]:
  w = times.to(7).unsqueeze(1)  # [N, 1]
  mean = torch.sum(w * x.to(7), [0]) / torch.clamp_min(torch.sum(w), 1.0)  # [F], Σ w·x / Σ w
  c = (x.to(7) - mean) * torch.sqrt(w)  # [N, F]
  return (mean, torch.matmul(c.t(), c))  # [F], [F, F], Σ w·(x − m)(x − m)ᵀ
