package resgen.audio.measure;

import java.util.function.IntToDoubleFunction;

/**
 * Dynamic time warping: the cheapest way through two sequences, by steps of (1,1), (1,0), (0,1).
 */
final class Warp {

  private Warp() {}

  /** Cost of a pair of places. */
  @FunctionalInterface
  interface Cost {
    double at(int i, int j);
  }

  /** The mean cost of the pairs along the way whose total is least. */
  static double mean(int n, int m, Cost cost) {
    double[] total = new double[m];
    int[] pairs = new int[m];
    for (int i = 0; i < n; i++) {
      double corner = 0; // total[i − 1][j − 1]
      int cornerPairs = 0;
      for (int j = 0; j < m; j++) {
        double above = total[j];
        int abovePairs = pairs[j];
        double best = i == 0 && j == 0 ? 0 : Double.POSITIVE_INFINITY;
        int steps = 0;
        if (i > 0 && j > 0) {
          best = corner;
          steps = cornerPairs;
        }
        if (i > 0 && above < best) {
          best = above;
          steps = abovePairs;
        }
        if (j > 0 && total[j - 1] < best) {
          best = total[j - 1];
          steps = pairs[j - 1];
        }
        total[j] = best + cost.at(i, j);
        pairs[j] = steps + 1;
        corner = above;
        cornerPairs = abovePairs;
      }
    }
    return total[m - 1] / pairs[m - 1];
  }

  /** The mean of a function of the places that both have. */
  static double straight(int n, int m, IntToDoubleFunction cost) {
    double sum = 0;
    int both = Math.min(n, m);
    for (int i = 0; i < both; i++) {
      sum += cost.applyAsDouble(i);
    }
    return sum / both;
  }
}
