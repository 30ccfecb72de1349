package resgen.token;

import java.util.Arrays;
import java.util.List;

/**
 * The codes of samples: for each sample L positions × D depths, depth 1 first. Immutable.
 *
 * <p>Codes are kept as shorts and read as unsigned, so that up to 65,536 codes a depth fit.
 */
public final class Codes {

  private final short[] values;
  private final int size;
  private final int positions;
  private final int depth;

  private Codes(short[] values, int size, int positions, int depth) {
    this.values = values;
    this.size = size;
    this.positions = positions;
    this.depth = depth;
  }

  /**
   * Wraps a copy of {@code values}.
   *
   * @param values {@code [size, L, D]} in row order, each in 0 … 65535
   * @param positions L
   * @param depth D
   */
  public static Codes of(int[] values, int positions, int depth) {
    int each = positions * depth;
    if (positions < 1 || depth < 1 || values.length % each != 0) {
      throw new IllegalArgumentException(
          "%d codes are not a whole number of samples of %d positions × %d depths"
              .formatted(values.length, positions, depth));
    }
    short[] kept = new short[values.length];
    for (int i = 0; i < values.length; i++) {
      if (values[i] < 0 || values[i] > 0xFFFF) {
        throw new IllegalArgumentException("code " + values[i] + " is not in 0 … 65535");
      }
      kept[i] = (short) values[i];
    }
    return new Codes(kept, values.length / each, positions, depth);
  }

  /**
   * The samples of all parts, one part after another.
   *
   * @throws IllegalArgumentException without parts, or if their shapes differ
   */
  public static Codes concat(List<Codes> parts) {
    if (parts.isEmpty()) {
      throw new IllegalArgumentException("no parts, so no shape");
    }
    Codes first = parts.get(0);
    short[] all = new short[parts.stream().mapToInt(part -> part.values.length).sum()];
    int at = 0;
    for (Codes part : parts) {
      if (part.positions != first.positions || part.depth != first.depth) {
        throw new IllegalArgumentException(
            "codes of %d positions × %d depths do not follow those of %d × %d"
                .formatted(part.positions, part.depth, first.positions, first.depth));
      }
      System.arraycopy(part.values, 0, all, at, part.values.length);
      at += part.values.length;
    }
    return new Codes(
        all, all.length / (first.positions * first.depth), first.positions, first.depth);
  }

  /** How many samples. */
  public int size() {
    return size;
  }

  /** L. */
  public int positions() {
    return positions;
  }

  /** D. */
  public int depth() {
    return depth;
  }

  /** The code of a sample at a position and depth, all counted from 0. */
  public int get(int sample, int position, int level) {
    return values[(sample * positions + position) * depth + level] & 0xFFFF;
  }

  /** The codes of the chosen samples, {@code [n, L, D]} in row order. */
  public int[] rows(int... samples) {
    int each = positions * depth;
    int[] out = new int[samples.length * each];
    for (int i = 0; i < samples.length; i++) {
      for (int k = 0; k < each; k++) {
        out[i * each + k] = values[samples[i] * each + k] & 0xFFFF;
      }
    }
    return out;
  }

  /** The samples from {@code from} up to and without {@code to}. */
  public Codes range(int from, int to) {
    if (from < 0 || to > size || from > to) {
      throw new IndexOutOfBoundsException("samples " + from + ".." + to + " of " + size);
    }
    int each = positions * depth;
    short[] kept = Arrays.copyOfRange(values, from * each, to * each);
    return new Codes(kept, to - from, positions, depth);
  }

  /** The first {@code levels} depths of all samples. */
  public Codes truncate(int levels) {
    if (levels < 1 || levels > depth) {
      throw new IllegalArgumentException("levels " + levels + " is not in 1 … " + depth);
    }
    short[] kept = new short[size * positions * levels];
    for (int row = 0; row < size * positions; row++) {
      System.arraycopy(values, row * depth, kept, row * levels, levels);
    }
    return new Codes(kept, size, positions, levels);
  }

  /**
   * Checks that every code is below V.
   *
   * @throws IllegalArgumentException naming the first that is not
   */
  public void requireBelow(int codes) {
    for (int i = 0; i < values.length; i++) {
      if ((values[i] & 0xFFFF) >= codes) {
        throw new IllegalArgumentException(
            "code %d of sample %d, position %d, depth %d is not in 0 … %d"
                .formatted(
                    values[i] & 0xFFFF,
                    i / (positions * depth),
                    i / depth % positions,
                    i % depth,
                    codes - 1));
      }
    }
  }

  @Override
  public String toString() {
    return "codes of %,d samples, %d positions × depth %d".formatted(size, positions, depth);
  }
}
