package resgen.audio.align;

import java.util.Arrays;

/**
 * The monotonic alignment of symbols and frames with the greatest likelihood: every symbol has at
 * least one frame, in order (Kim, Kim, Kong and Yoon 2020, algorithm 1).
 */
public final class MonotonicAlignment {

  /**
   * An alignment.
   *
   * @param durations frames of each symbol; 0 only of symbols after an open end
   * @param score log-likelihood of the frames under it
   */
  public record Result(int[] durations, double score) {

    /** For each symbol the frame after its last. */
    public int[] ends() {
      int[] ends = durations.clone();
      for (int i = 1; i < ends.length; i++) {
        ends[i] += ends[i - 1];
      }
      return ends;
    }
  }

  private MonotonicAlignment() {}

  /**
   * The best alignment of all symbols.
   *
   * @param score of symbol i and frame t, {@code [symbols][frames]}
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  public static Result of(double[][] score) {
    return of(score, false);
  }

  /**
   * The best alignment of the first symbols, however many, as a sound that ends somewhere in the
   * text has them.
   */
  public static Result openEnd(double[][] score) {
    return of(score, true);
  }

  /**
   * The best alignment with ends that are known: each stretch of symbols between two of them is
   * aligned by itself.
   *
   * @param score of symbol i and frame t, {@code [symbols][frames]}
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  public static Result between(double[][] score, KnownEnds known) {
    int n = score.length;
    int[] durations = new int[n];
    double total = 0;
    for (KnownEnds.Stretch each : known.stretches(n, n == 0 ? 0 : score[0].length)) {
      double[][] part = new double[each.toSymbol() - each.fromSymbol()][];
      for (int i = 0; i < part.length; i++) {
        part[i] =
            Arrays.copyOfRange(score[each.fromSymbol() + i], each.fromFrame(), each.toFrame());
      }
      Result own = of(part);
      System.arraycopy(own.durations, 0, durations, each.fromSymbol(), part.length);
      total += own.score;
    }
    return new Result(durations, total);
  }

  /**
   * The posterior probability of each symbol in each frame, over all alignments, of the score times
   * β; stretches between ends that are known are independent.
   *
   * @param score of symbol i and frame t, {@code [symbols][frames]}
   * @return {@code [symbols][frames]}; each frame's sum to 1
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  public static double[][] posterior(double[][] score, double beta, KnownEnds known) {
    int n = score.length;
    double[][] all = new double[n][n == 0 ? 0 : score[0].length];
    for (KnownEnds.Stretch each : known.stretches(n, n == 0 ? 0 : score[0].length)) {
      posterior(score, beta, each, all);
    }
    return all;
  }

  /** Forward and backward sums of one stretch, in logarithms. */
  private static void posterior(
      double[][] score, double beta, KnownEnds.Stretch stretch, double[][] into) {
    int n = stretch.toSymbol() - stretch.fromSymbol();
    int frames = stretch.toFrame() - stretch.fromFrame();
    double[][] s = new double[n][frames];
    double[][] forward = new double[n][frames]; // over beginnings that have symbol i in frame t
    double[][] backward = new double[n][frames]; // over what can follow
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < frames; t++) {
        s[i][t] = beta * score[stretch.fromSymbol() + i][stretch.fromFrame() + t];
      }
      Arrays.fill(forward[i], Double.NEGATIVE_INFINITY);
      Arrays.fill(backward[i], Double.NEGATIVE_INFINITY);
    }
    forward[0][0] = s[0][0];
    for (int t = 1; t < frames; t++) {
      for (int i = 0; i < n; i++) {
        double stay = forward[i][t - 1];
        forward[i][t] = s[i][t] + (i == 0 ? stay : logAdd(stay, forward[i - 1][t - 1]));
      }
    }
    backward[n - 1][frames - 1] = 0;
    for (int t = frames - 2; t >= 0; t--) {
      for (int i = 0; i < n; i++) {
        double stay = backward[i][t + 1] + s[i][t + 1];
        backward[i][t] = i == n - 1 ? stay : logAdd(stay, backward[i + 1][t + 1] + s[i + 1][t + 1]);
      }
    }
    double total = forward[n - 1][frames - 1];
    for (int i = 0; i < n; i++) {
      for (int t = 0; t < frames; t++) {
        into[stretch.fromSymbol() + i][stretch.fromFrame() + t] =
            Math.exp(forward[i][t] + backward[i][t] - total);
      }
    }
  }

  /** log(eᵃ + eᵇ). */
  private static double logAdd(double a, double b) {
    double greater = Math.max(a, b);
    return greater == Double.NEGATIVE_INFINITY
        ? greater
        : greater + Math.log1p(Math.exp(Math.min(a, b) - greater));
  }

  private static Result of(double[][] score, boolean open) {
    int n = score.length;
    int frames = n == 0 ? 0 : score[0].length;
    if (n == 0 || frames == 0 || !open && frames < n) {
      throw new IllegalArgumentException(
          "no alignment: %d symbols, %d frames".formatted(n, frames));
    }
    double[][] best = new double[n][frames]; // Q_{i,t} = score_{i,t} + max(Q_{i−1,t−1}, Q_{i,t−1})
    for (int t = 0; t < frames; t++) {
      for (int i = 0; i < n; i++) {
        double before =
            t == 0
                ? i == 0 ? 0 : Double.NEGATIVE_INFINITY
                : Math.max(best[i][t - 1], i == 0 ? Double.NEGATIVE_INFINITY : best[i - 1][t - 1]);
        best[i][t] = before + score[i][t];
      }
    }
    int symbol = n - 1;
    if (open) {
      for (int i = n - 1; i >= 0; i--) {
        if (best[i][frames - 1] > best[symbol][frames - 1]) {
          symbol = i;
        }
      }
    }
    double total = best[symbol][frames - 1];
    int[] durations = new int[n];
    for (int t = frames - 1; t >= 0; t--) {
      durations[symbol]++;
      if (t > 0 && symbol > 0 && best[symbol - 1][t - 1] >= best[symbol][t - 1]) {
        symbol--;
      }
    }
    return new Result(durations, total);
  }
}
