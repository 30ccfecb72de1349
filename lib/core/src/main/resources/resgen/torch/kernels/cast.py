def forward(self, xs: List[Tensor]) -> List[Tensor]:
  out = annotate(List[Tensor], [])
  for x in xs:
    out.append(x.to(@P@))
  return out
