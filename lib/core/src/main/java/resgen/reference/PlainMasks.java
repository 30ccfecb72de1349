package resgen.reference;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

/** Forward masking by plain array operations (paper, forward process). */
public final class PlainMasks {

  private PlainMasks() {}

  /**
   * How many depths are visible at each position when the n largest of all L·D scores are masked:
   * with uniform scores the masked counts (k_1 … k_L) are multivariate hypergeometric.
   *
   * @param scores independent uniform numbers, {@code [B, L, D]}
   * @param masked n of each sample, {@code [B]} int64
   * @return D − k_i, {@code [B, L]} int64
   */
  public static NDArray visibleDepths(NDArray scores, NDArray masked) {
    long b = scores.getShape().get(0);
    long l = scores.getShape().get(1);
    long d = scores.getShape().get(2);
    NDArray rank = scores.reshape(b, l * d).neg().argSort(1).argSort(1); // [B, L·D], 0 the largest
    NDArray k = // [B, L]
        rank.lt(masked.reshape(b, 1))
            .toType(DataType.INT64, false)
            .reshape(b, l, d)
            .sum(new int[] {2});
    return k.neg().add(d);
  }

  /**
   * The mask m of visible depths: the k_i deepest levels of a position are masked.
   *
   * @param visible {@code [...]} int64
   * @param depth D
   * @return 1 where visible and 0 where masked, {@code [..., D]} float32
   */
  public static NDArray mask(NDArray visible, int depth) {
    int last = visible.getShape().dimension();
    NDArray levels = visible.getManager().arange(0, depth, 1, DataType.INT64); // [D]
    return levels.lt(visible.expandDims(last)).toType(DataType.FLOAT32, false);
  }
}
