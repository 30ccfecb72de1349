package resgen.mask;

import ai.djl.ndarray.NDArray;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * The paper's masks (section 3.1): {@code n = ⌈γ(r)·L·D⌉} tokens are split over the positions
 * without replacement, (k_1 … k_L) multivariate hypergeometric, and the k_i deepest of position i
 * are masked. So what is visible is a prefix of depths at every position.
 *
 * <p>Exact: every token gets a uniform score, the n largest are counted per position.
 */
record Prefix() implements MaskLaw {

  static final MaskLaw LAW = new Prefix();

  @Override
  public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
    NDArray u = keys.doubles(1 + spec.tokens()); // [B, 1 + L·D]
    NDArray n = schedule.counts(u.get(":, 0"), lengths, spec.depth()); // [B]
    NDArray visible =
        Kernel.of("masks")
            .call("prefix", u.get(":, 1:"), lengths, n, spec.positions(), spec.depth())
            .head(); // [B, L, D]
    return Mask.of(visible, lengths);
  }

  @Override
  public boolean prefixes() {
    return true;
  }

  @Override
  public String text() {
    return "prefix";
  }
}
