package resgen.head;

import ai.djl.ndarray.NDArray;
import resgen.noise.Keys;

/** A head that draws the sum of a position's masked embeddings, and quantizes what it drew. */
public interface SumHead extends Head {

  /**
   * Draws at N positions whose depths from one on are masked, and quantizes some of these depths.
   *
   * @param x hidden states, {@code [N, W]}
   * @param level number of masked depths less one, {@code [N]} int64, everywhere the same
   * @param first the shallowest masked depth, from 0
   * @param end the depth after the last one that is wanted
   * @param keys a stream for each position
   */
  Step step(NDArray x, NDArray level, int first, int end, Draw draw, Keys keys);

  /** Operations of the matrix products of one position's draw, without quantization. */
  double drawFlops();

  /**
   * What a step gives.
   *
   * @param codes of the wanted depths, {@code [N, end − first]} int64
   * @param sum of their embeddings, {@code [N, H]}
   * @param values what was drawn, {@code [N, H]}
   */
  record Step(NDArray codes, NDArray sum, NDArray values) {}
}
