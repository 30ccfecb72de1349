package resgen.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * One depth after another (paper, the MaskGIT baseline): a depth j is drawn for each sample and
 * {@code ⌈γ(r)·L⌉} positions to be masked there; coarser depths are visible, deeper ones masked,
 * and only the masked tokens of depth j are predicted.
 */
record Depthwise() implements MaskLaw {

  static final MaskLaw LAW = new Depthwise();

  @Override
  public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
    NDArray depth = keys.integers(1, spec.depth()); // [B, 1], the streams' first numbers
    NDArray u = keys.doubles(2 + spec.positions()); // [B, 2 + L]
    NDArray n = schedule.counts(u.get(":, 1"), lengths, 1); // [B]
    NDList parts =
        Kernel.of("laws").call("depthwise", u.get(":, 2:"), lengths, n, depth, spec.depth());
    return new Mask(parts.get(0), parts.get(1));
  }

  @Override
  public int stages(int depth) {
    return depth;
  }

  @Override
  public boolean prefixes() {
    return true;
  }

  @Override
  public String text() {
    return "depthwise";
  }
}
