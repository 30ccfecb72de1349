package resgen.mask;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.noise.Keys;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;

/**
 * A whole depth at a time (VALL-E's second network, Wang et al. 2023): a depth j from the second on
 * is drawn for each sample, coarser depths are visible, all tokens of depth j are predicted. There
 * is no schedule.
 */
record Levels() implements MaskLaw {

  static final MaskLaw LAW = new Levels();

  @Override
  public Mask draw(TokenSpec spec, Schedule schedule, Keys keys, NDArray lengths) {
    NDArray j = keys.integers(1, spec.depth() - 1); // [B, 1], from the second depth on
    NDList parts = Kernel.of("laws").call("levels", lengths, j, spec.positions(), spec.depth());
    return new Mask(parts.get(0), parts.get(1));
  }

  @Override
  public int stages(int depth) {
    return depth;
  }

  @Override
  public int given() {
    return 1;
  }

  @Override
  public boolean prefixes() {
    return true;
  }

  @Override
  public String text() {
    return "levels";
  }
}
