package resgen.audio.align;

/** Whole frames of durations that are no whole numbers. */
public final class Durations {

  private Durations() {}

  /**
   * Rounds with the error carried on: the first i durations together are off by less than a frame
   * for each that had to be lengthened to one. To round each up by itself would add half a frame a
   * symbol.
   *
   * @param frames of each symbol, finite, 0 or more
   * @return at least 1 of each
   */
  public static int[] rounded(double[] frames) {
    int[] whole = new int[frames.length];
    double exact = 0;
    long given = 0;
    for (int i = 0; i < frames.length; i++) {
      if (!(frames[i] >= 0) || Double.isInfinite(frames[i])) {
        throw new IllegalArgumentException(
            "duration %s of symbol %d is not finite and 0 or more".formatted(frames[i], i));
      }
      exact += frames[i];
      whole[i] = (int) Math.max(1, Math.round(exact) - given);
      given += whole[i];
    }
    return whole;
  }

  /**
   * Durations scaled to a total: of a text as a whole, not of its pieces.
   *
   * @param total of the result, at least a frame a symbol
   */
  public static int[] scaled(double[] frames, int total) {
    int n = frames.length;
    if (total < n) {
      throw new IllegalArgumentException(
          "%d frames are too few for %d symbols".formatted(total, n));
    }
    double sum = 0;
    for (double f : frames) {
      sum += f;
    }
    int[] whole = new int[n];
    double exact = 0;
    int given = 0;
    for (int i = 0; i < n; i++) { // each keeps a frame for every symbol that is still to come
      exact += sum > 0 ? frames[i] * total / sum : total / (double) n;
      int most = total - given - (n - 1 - i);
      whole[i] = i == n - 1 ? most : (int) Math.max(1, Math.min(most, Math.round(exact) - given));
      given += whole[i];
    }
    return whole;
  }
}
