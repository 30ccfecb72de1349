package resgen.reference;

import java.util.Arrays;
import resgen.noise.Noise;

/**
 * Any tokens of one sample are visible, in whatever order of depths: the masks that the paper's
 * prefix masks are compared with. Immutable.
 */
public final class FreeMask implements TokenMask {

  private final boolean[] visible; // [L, D]
  private final int positions;

  private FreeMask(boolean[] visible, int positions) {
    this.visible = visible;
    this.positions = positions;
  }

  /**
   * The mask that shows the tokens marked.
   *
   * @param visible flattened {@code [L, D]}
   * @param positions L
   * @throws IllegalArgumentException if they are not a whole number of depths
   */
  public static FreeMask of(boolean[] visible, int positions) {
    if (positions < 1 || visible.length < positions || visible.length % positions != 0) {
      throw new IllegalArgumentException(
          visible.length + " tokens are not " + positions + " positions of one or more depths");
    }
    return new FreeMask(visible.clone(), positions);
  }

  /** A mask of {@code masked} tokens in all, every set of so many equally likely. */
  public static FreeMask draw(int positions, int depths, int masked, Noise.Stream noise) {
    double[] scores = new double[positions * depths];
    for (int s = 0; s < scores.length; s++) {
      scores[s] = noise.nextDouble();
    }
    boolean[] shown = TopSlots.largest(scores, scores.length - masked);
    return new FreeMask(shown, positions);
  }

  @Override
  public int positions() {
    return positions;
  }

  @Override
  public int depths() {
    return visible.length / positions;
  }

  @Override
  public boolean isVisible(int position, int depth) {
    if (depth < 0 || depth >= depths()) {
      throw new IndexOutOfBoundsException("depth " + depth + " of " + depths());
    }
    return visible[position * depths() + depth];
  }

  @Override
  public int totalMasked() {
    int masked = 0;
    for (boolean shown : visible) {
      masked += shown ? 0 : 1;
    }
    return masked;
  }

  @Override
  public int shallowestMasked(int position) {
    for (int j = 0; j < depths(); j++) {
      if (!isVisible(position, j)) {
        return j;
      }
    }
    return depths();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FreeMask mask
        && mask.positions == positions
        && Arrays.equals(mask.visible, visible);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(visible) + positions;
  }
}
