package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;

class HypergeometricTest {

  /** All count vectors with 0 ≤ k_i ≤ c_i that sum to n. */
  static List<int[]> splits(int[] capacities, int n) {
    List<int[]> found = new ArrayList<>();
    extend(capacities, n, 0, new int[capacities.length], found);
    return found;
  }

  private static void extend(int[] capacities, int left, int i, int[] made, List<int[]> found) {
    if (i == capacities.length) {
      if (left == 0) {
        found.add(made.clone());
      }
      return;
    }
    for (int k = 0; k <= Math.min(left, capacities[i]); k++) {
      made[i] = k;
      extend(capacities, left - k, i + 1, made, found);
    }
  }

  /** Pearson's statistic of draws against closed-form probabilities. */
  static double chiSquared(Map<String, Integer> seen, int[] capacities, int n, int draws) {
    double statistic = 0;
    for (int[] split : splits(capacities, n)) {
      double expected = draws * Math.exp(Hypergeometric.logProbability(capacities, split));
      double difference = seen.getOrDefault(Arrays.toString(split), 0) - expected;
      statistic += difference * difference / expected;
    }
    return statistic;
  }

  @Test
  void closedFormCountsSubsetsOfSlots() {
    // Brute force: 3 positions of 2, 3 and 1 slots, all 2^6 subsets.
    int[] capacities = {2, 3, 1};
    int[] owner = {0, 0, 1, 1, 1, 2};
    Map<String, Integer> subsets = new HashMap<>();
    int[] ofSize = new int[7];
    for (int subset = 0; subset < 64; subset++) {
      int[] counts = new int[3];
      for (int s = 0; s < 6; s++) {
        counts[owner[s]] += subset >> s & 1;
      }
      subsets.merge(Arrays.toString(counts), 1, Integer::sum);
      ofSize[Integer.bitCount(subset)]++;
    }
    for (int n = 0; n <= 6; n++) {
      for (int[] split : splits(capacities, n)) {
        double expected = (double) subsets.get(Arrays.toString(split)) / ofSize[n];
        assertEquals(expected, Math.exp(Hypergeometric.logProbability(capacities, split)), 1e-12);
      }
    }
    assertEquals(
        Double.NEGATIVE_INFINITY, Hypergeometric.logProbability(capacities, new int[] {3, 0, 0}));
  }

  @Test
  void probabilitiesSumToOneAtThePapersDepth() {
    double sum = 0;
    for (int[] split : splits(new int[] {16, 16, 16, 16}, 23)) {
      sum += Math.exp(Hypergeometric.logMarginal(split, 16));
    }
    assertEquals(1, sum, 1e-10);
  }

  @Test
  void twoStepsComposedEqualOneMarginalStep() {
    int[] full = {3, 3, 3};
    for (int[] later : splits(full, 6)) {
      double sum = 0;
      for (int[] earlier : splits(full, 4)) {
        int[] added = new int[3];
        Arrays.setAll(added, i -> later[i] - earlier[i]);
        if (Arrays.stream(added).allMatch(k -> k >= 0)) {
          DepthMask now = DepthMask.ofMasked(earlier, 3);
          sum +=
              Math.exp(Hypergeometric.logMarginal(earlier, 3) + Hypergeometric.logStep(now, added));
        }
      }
      assertEquals(Math.exp(Hypergeometric.logMarginal(later, 3)), sum, 1e-12);
    }
  }

  @Test
  void posteriorIsBayesRuleOfStepAndMarginal() {
    int[] full = {3, 3, 3};
    for (int[] later : splits(full, 6)) {
      for (int[] earlier : splits(full, 4)) {
        int[] change = new int[3];
        Arrays.setAll(change, i -> later[i] - earlier[i]);
        if (Arrays.stream(change).allMatch(k -> k >= 0)) {
          double bayes =
              Hypergeometric.logMarginal(earlier, 3)
                  + Hypergeometric.logStep(DepthMask.ofMasked(earlier, 3), change)
                  - Hypergeometric.logMarginal(later, 3);
          assertEquals(
              bayes, Hypergeometric.logPosterior(DepthMask.ofMasked(later, 3), change), 1e-12);
        }
      }
    }
  }

  @Test
  void samplerFollowsTheClosedForm() {
    int[] capacities = {4, 2, 3};
    int draws = 40_000;
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < draws; i++) {
      int[] counts = Hypergeometric.sample(capacities, 4, Noise.of(7).stream(i));
      assertEquals(4, Arrays.stream(counts).sum());
      seen.merge(Arrays.toString(counts), 1, Integer::sum);
    }
    int cells = splits(capacities, 4).size();
    assertTrue(seen.size() <= cells);
    // 11 cells, 10 degrees of freedom: 29.6 is the 0.999 quantile.
    assertEquals(11, cells);
    double statistic = chiSquared(seen, capacities, 4, draws);
    assertTrue(statistic < 29.6, "chi-squared " + statistic);
  }

  @Test
  void theSplitIsNotAMultinomial() {
    // Two positions of depth 1, both tokens masked: the multinomial gives (2, 0) half the time.
    for (int i = 0; i < 100; i++) {
      assertArrayEquals(
          new int[] {1, 1}, Hypergeometric.sample(new int[] {1, 1}, 2, Noise.of(1).stream(i)));
    }
  }

  @Test
  void drawsOutOfRangeAreRefused() {
    Noise.Stream noise = Noise.of(1).stream();
    assertThrows(
        IllegalArgumentException.class, () -> Hypergeometric.sample(new int[] {2}, 3, noise));
    assertThrows(
        IllegalArgumentException.class, () -> Hypergeometric.sample(new int[] {-1, 2}, 1, noise));
    assertThrows(
        IllegalArgumentException.class,
        () -> Hypergeometric.logProbability(new int[] {1}, new int[] {1, 0}));
  }

  @Test
  void largestBreaksTiesByOrderAndRefusesTheImpossible() {
    double none = Double.NEGATIVE_INFINITY;
    assertArrayEquals(
        new boolean[] {true, false, true, false, true},
        TopSlots.largest(new double[] {1, none, 2, 1, 3}, 3));
    assertArrayEquals(new boolean[2], TopSlots.largest(new double[] {none, 1}, 0));
    assertThrows(IllegalArgumentException.class, () -> TopSlots.largest(new double[] {none, 1}, 2));
    assertThrows(
        IllegalArgumentException.class, () -> TopSlots.largest(new double[] {Double.NaN, 1}, 1));
  }
}
