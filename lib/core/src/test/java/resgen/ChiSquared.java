package resgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;

/** Pearson's test of counts against probabilities. */
public final class ChiSquared {

  private static final double NORMAL_QUANTILE = 3.72; // of 1 − 1e-4
  private static final double RARE = 8;

  private ChiSquared() {}

  /**
   * Fails unless χ² is below its 1 − 1e-4 quantile (by Wilson and Hilferty). Cells that expect
   * fewer than {@value #RARE} are merged.
   *
   * @param leastCells how many cells there must be for the test to say anything
   */
  public static void assertDrawnFrom(double[] shares, double[] counts, int leastCells) {
    assertEquals(1, Arrays.stream(shares).sum(), 1e-4, "the probabilities' sum");
    double total = Arrays.stream(counts).sum();
    double sum = 0;
    int cells = 0;
    double rareShare = 0;
    double rareCount = 0;
    for (int c = 0; c < shares.length; c++) {
      double expected = shares[c] * total;
      if (expected < RARE) {
        rareShare += shares[c];
        rareCount += counts[c];
      } else {
        sum += Math.pow(counts[c] - expected, 2) / expected;
        cells++;
      }
    }
    if (rareShare * total >= 1) {
      sum += Math.pow(rareCount - rareShare * total, 2) / (rareShare * total);
      cells++;
    } else {
      assertTrue(rareCount <= RARE, "what hardly exists came " + rareCount + " times");
    }
    assertTrue(cells >= leastCells, "too few likely cells to compare: " + cells);
    int dof = cells - 1;
    double cube = 1 - 2.0 / (9 * dof) + NORMAL_QUANTILE * Math.sqrt(2.0 / (9 * dof));
    assertTrue(sum < dof * cube * cube * cube, "χ² " + sum + " at " + dof);
  }
}
