package resgen.head;

import ai.djl.ndarray.NDArray;

/**
 * Draws all codes of one position after another from the hidden states of a causal backbone. The
 * parameters must not change meanwhile.
 */
public interface Decoder extends AutoCloseable {

  /** A head that decodes. */
  interface Of extends Head {

    /**
     * Makes ready to decode.
     *
     * @param draw filter, noise, temperature
     * @param masked how many depths of a position are masked before each network call and after the
     *     last, from D down to 0; heads with a call a depth do not read it
     */
    Decoder decoder(Draw draw, int[] masked);

    /**
     * Whether the steps of sampling are iterations over a position's depths, D at most; steps mean
     * nothing to a head with a call a depth.
     */
    default boolean iterates() {
      return true;
    }

    /** Network calls of one position, for {@link #decoder}'s argument. */
    int calls(int[] masked);

    /** Operations of one position's matrix products in so many calls, one half. */
    double decodeFlops(int calls);

    /** Operations of what is drawn after them, once whatever the guidance. */
    double drawFlops(int calls);
  }

  /**
   * The codes of one position.
   *
   * @param codes {@code [B, D]} int64
   * @param values what they were drawn from, to be checked for numbers that are not finite
   */
  record Drawn(NDArray codes, NDArray values) {}

  /**
   * Prepares for batches of a size; what it makes lives until the decoder is closed.
   *
   * @param rows of hidden states: B, or 2·B with guidance
   */
  void begin(int rows);

  /**
   * Draws the codes of one position.
   *
   * @param hidden {@code [B, W]}, or {@code [2·B, W]} with guidance, the second half without
   *     condition
   * @param sums receives the embedding sums of the codes, {@code [B, H]} or {@code [2·B, H]}
   * @param sample index of each sample, {@code [B]} int64
   * @param position its number, {@code [1]} int64
   * @param noise of the run
   * @param weight of guidance, {@code [1]}
   */
  Drawn draw(
      NDArray hidden,
      NDArray sums,
      NDArray sample,
      NDArray position,
      resgen.noise.Noise noise,
      NDArray weight);

  @Override
  void close();
}
