package resgen.reference;

import java.util.Arrays;

/**
 * Which tokens of one sample are visible: at each of L positions a prefix of the D depths. Depth 0
 * is the coarsest. A mask that hides a coarse level and shows a finer one cannot be built.
 * Immutable.
 */
public final class DepthMask implements TokenMask {

  private final int[] visible;
  private final int depths;
  private final int totalMasked;

  private DepthMask(int[] visible, int depths) {
    if (visible.length < 1 || depths < 1) {
      throw new IllegalArgumentException(
          "a mask needs positions and depths, not " + visible.length + " x " + depths);
    }
    int masked = 0;
    for (int i = 0; i < visible.length; i++) {
      if (visible[i] < 0 || visible[i] > depths) {
        throw new IllegalArgumentException(
            "visible[" + i + "] is " + visible[i] + ", must be within 0.." + depths);
      }
      masked += depths - visible[i];
    }
    this.visible = visible;
    this.depths = depths;
    this.totalMasked = masked;
  }

  /** The mask with {@code visible[i]} depths shown at position i. */
  public static DepthMask ofVisible(int[] visible, int depths) {
    return new DepthMask(visible.clone(), depths);
  }

  /** The mask with the {@code masked[i]} deepest levels hidden at position i. */
  public static DepthMask ofMasked(int[] masked, int depths) {
    return new DepthMask(Arrays.stream(masked).map(k -> depths - k).toArray(), depths);
  }

  /** Nothing visible: where sampling starts. */
  public static DepthMask allMasked(int positions, int depths) {
    return new DepthMask(new int[positions], depths);
  }

  /** Everything visible: where sampling ends. */
  public static DepthMask allVisible(int positions, int depths) {
    int[] visible = new int[positions];
    Arrays.fill(visible, depths);
    return new DepthMask(visible, depths);
  }

  /**
   * The mask of bits {@code [L][D]}, true where visible (the paper's m = 1).
   *
   * @throws IllegalArgumentException when rows differ in length or visible depths are no prefix
   */
  public static DepthMask ofBits(boolean[][] bits) {
    int depths = bits.length == 0 ? 0 : bits[0].length;
    int[] visible = new int[bits.length];
    for (int i = 0; i < bits.length; i++) {
      if (bits[i].length != depths) {
        throw new IllegalArgumentException(
            "row " + i + " has " + bits[i].length + " depths, row 0 has " + depths);
      }
      for (int j = 0; j < depths; j++) {
        if (bits[i][j] && visible[i] < j) {
          throw new IllegalArgumentException(
              "position " + i + " shows depth " + j + " but hides a coarser one");
        }
        visible[i] += bits[i][j] ? 1 : 0;
      }
    }
    return new DepthMask(visible, depths);
  }

  @Override
  public int positions() {
    return visible.length;
  }

  @Override
  public int depths() {
    return depths;
  }

  /** L·D. */
  public int tokens() {
    return visible.length * depths;
  }

  /** Number of visible depths at a position: the paper's {@code D − K_i}. */
  public int visible(int position) {
    return visible[position];
  }

  /** Number of masked depths at a position: the paper's {@code K_i}. */
  public int masked(int position) {
    return depths - visible[position];
  }

  @Override
  public boolean isVisible(int position, int depth) {
    if (depth < 0 || depth >= depths) {
      throw new IndexOutOfBoundsException("depth " + depth + " of " + depths);
    }
    return depth < visible[position];
  }

  @Override
  public int totalMasked() {
    return totalMasked;
  }

  @Override
  public int shallowestMasked(int position) {
    return visible[position];
  }

  /** Visible depths per position, a copy of length L. */
  public int[] visibleCounts() {
    return visible.clone();
  }

  /** Masked depths per position, a copy of length L. */
  public int[] maskedCounts() {
    return Arrays.stream(visible).map(v -> depths - v).toArray();
  }

  /** Bits {@code [L][D]}, true where visible. */
  public boolean[][] bits() {
    boolean[][] bits = new boolean[visible.length][depths];
    for (int i = 0; i < visible.length; i++) {
      Arrays.fill(bits[i], 0, visible[i], true);
    }
    return bits;
  }

  /** Whether everything visible here is visible in {@code later} too. */
  public boolean isWithin(DepthMask later) {
    if (later.depths != depths || later.visible.length != visible.length) {
      return false;
    }
    for (int i = 0; i < visible.length; i++) {
      if (visible[i] > later.visible[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof DepthMask mask
        && mask.depths == depths
        && Arrays.equals(mask.visible, visible);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(visible) + depths;
  }

  /** For example {@code DepthMask[visible=[2, 0, 3], depths=4]}. */
  @Override
  public String toString() {
    return "DepthMask[visible=" + Arrays.toString(visible) + ", depths=" + depths + "]";
  }
}
