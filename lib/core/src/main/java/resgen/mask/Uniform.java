package resgen.mask;

import ai.djl.ndarray.NDArray;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * Any tokens, every set of {@code n = ⌈γ(r)·L·D⌉} equally likely, whatever the depths: what the
 * paper's prefixes are compared with. Sampling reveals exactly the tokens that come first.
 */
record Uniform() implements MaskLaw {

  static final MaskLaw LAW = new Uniform();

  @Override
  public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
    NDArray u = keys.doubles(1 + spec.tokens()); // [B, 1 + L·D]
    NDArray n = schedule.counts(u.get(":, 0"), lengths, spec.depth()); // [B]
    NDArray visible =
        Kernel.of("laws")
            .call("uniform", u.get(":, 1:"), lengths, n, spec.positions(), spec.depth())
            .head(); // [B, L, D]
    return Mask.of(visible, lengths);
  }

  @Override
  public String text() {
    return "uniform";
  }
}
