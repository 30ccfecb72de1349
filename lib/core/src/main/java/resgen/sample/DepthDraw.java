package resgen.sample;

import ai.djl.ndarray.NDArray;
import resgen.noise.Noise;

/** How a model draws all codes of one position from its hidden state. */
interface DepthDraw extends AutoCloseable {

  /**
   * Prepares for a batch.
   *
   * @param rows of hidden states: B, or 2·B with guidance
   */
  void begin(int rows);

  /**
   * Draws the codes of one position.
   *
   * @param hidden {@code [B, W]}, or {@code [2·B, W]} with guidance, the second half without class
   * @param sums receives the embedding sums of the codes, {@code [B, H]} or {@code [2·B, H]}
   * @param streams the key of each sample's noise
   * @param weight of guidance
   * @return {@code [B, D]} int64
   */
  NDArray draw(NDArray hidden, NDArray sums, Keys streams, double weight);

  /** Network calls of one position. */
  int calls();

  /** Floating-point operations of one sample's matrix products. */
  double flops(boolean guided);

  @Override
  void close();

  /**
   * The noise of a batch at a position.
   *
   * @param noise of the run
   * @param first index of the batch's first sample
   * @param size B
   */
  record Keys(Noise noise, long first, int size, int position) {

    /** The stream of a purpose of sample i of the batch at this position. */
    Noise.Stream of(String purpose, int i, int iteration) {
      return noise.fork(purpose).stream(first + i, position, iteration);
    }
  }
}
