package resgen.mask;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;

/**
 * Masks of a batch, on the device.
 *
 * @param visible bool {@code [B, L, D]}, true where a token is visible (the paper's m = 1); padding
 *     counts as visible
 * @param predicted bool {@code [B, L, D]}, true at the masked tokens that are to be predicted; all
 *     masked ones, unless depths are made one after another
 */
public record Mask(NDArray visible, NDArray predicted) {

  /** The mask whose masked tokens are all to be predicted. */
  public static Mask of(NDArray visible) {
    return new Mask(visible, visible.logicalNot());
  }

  /**
   * The mask whose masked tokens are all to be predicted, where samples end earlier.
   *
   * @param visible whatever it is behind a sample's end
   * @param lengths positions of each sample that hold tokens, {@code [B]} int64
   */
  public static Mask of(NDArray visible, NDArray lengths) {
    return of(kernel().call("pad", visible, lengths).head());
  }

  /**
   * The same masks behind prompts: moved by so many positions, which are visible and not predicted.
   *
   * @param prompts positions of each sample, {@code [B]} int64
   */
  public Mask behind(NDArray prompts) {
    return new Mask(
        kernel().call("behind", visible, prompts, true).head(),
        kernel().call("behind", predicted, prompts, false).head());
  }

  /** The masks of samples {@code from … from + count − 1}. */
  public Mask rows(long from, long count) {
    return rows(visible.getShape().get(0), from, count);
  }

  /**
   * The same where these are several masks of each sample of a batch, one batch after another.
   *
   * @param batch how many samples
   * @return {@code [n·count, L, D]}
   */
  public Mask rows(long batch, long from, long count) {
    if (count == batch) {
      return this;
    }
    return new Mask(rows(visible, batch, from, count), rows(predicted, batch, from, count));
  }

  private static NDArray rows(NDArray flags, long batch, long from, long count) {
    long l = flags.getShape().get(1);
    long d = flags.getShape().get(2);
    return flags
        .reshape(-1, batch, l, d)
        .get(":, " + from + ":" + (from + count))
        .reshape(-1, l, d);
  }

  /** How many tokens are to be predicted, {@code []} float32. */
  public NDArray tokens() {
    return kernel().call("count", predicted).head();
  }

  /** At how many positions tokens are to be predicted, {@code []} float32. */
  public NDArray positions() {
    return kernel().call("positions", predicted).head();
  }

  /** Where there is a token to be predicted: bool {@code [B, L]}. */
  public NDArray active() {
    return kernel().call("any", predicted).head();
  }

  /**
   * D − 1 − the shallowest masked depth (from 0), {@code [B, L]} int64: of a prefix, how many
   * depths are masked, less one. 0 where nothing is masked.
   */
  public NDArray level() {
    return kernel().call("level", visible).head();
  }

  private static Kernel kernel() {
    return Kernel.of("masks");
  }
}
