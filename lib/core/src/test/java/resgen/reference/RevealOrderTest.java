package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import resgen.mask.Schedule;
import resgen.mask.UnmaskPlan;
import resgen.noise.Noise;

class RevealOrderTest {

  private static final float[][] RESIDUALS = {{.8f, -.1f}, {.3f, -.1f}, {.2f, 0f}};
  private static final double[] SIGMA = {.4, .2, .1};

  /** The squared norms of what is left after each depth, repeated for every position. */
  private static float[] squared(int positions) {
    float[] squared = new float[positions * RESIDUALS.length];
    for (int s = 0; s < squared.length; s++) {
      float[] r = RESIDUALS[s % RESIDUALS.length];
      squared[s] = r[0] * r[0] + r[1] * r[1];
    }
    return squared;
  }

  private static float[] randomTerms(int size, Noise.Stream noise) {
    float[] terms = new float[size];
    for (int s = 0; s < size; s++) {
      terms[s] = (float) (-3 * noise.nextDouble());
    }
    return terms;
  }

  @Test
  void goldenConfidence() {
    float[] terms = RevealOrder.DISTANCE.terms(squared(1), SIGMA, 2, null);
    assertArrayEquals(
        new double[] {-2.03125, -3.28125, -5.28125},
        RevealOrder.scores(new int[] {0}, 3, terms),
        1e-6);
  }

  @Test
  void onlyMaskedDepthsAreSummed() {
    float[] terms = RevealOrder.DISTANCE.terms(squared(2), SIGMA, 2, null);
    double none = Double.NEGATIVE_INFINITY;
    assertArrayEquals(
        new double[] {none, -1.25, -3.25, none, none, none},
        RevealOrder.scores(new int[] {1, 3}, 3, terms),
        1e-6);
  }

  @Test
  void theThreeReadingsDifferByTheirNormalizers() {
    double distance = RevealOrder.DISTANCE.term(.65, .4, 2, 99);
    assertEquals(-2.03125, distance, 1e-12);
    // One Gaussian per dimension, multiplied.
    double density = -Math.log(.4 * Math.sqrt(2 * Math.PI)) * 2 + distance;
    assertEquals(density, RevealOrder.DENSITY.term(.65, .4, 2, 99), 1e-12);
    double[] all = {.65, 1.3, 2.0};
    double sum = 0;
    double total = 0;
    for (double d : all) {
      sum += Math.exp(-d / (2 * .16));
    }
    for (double d : all) {
      total += Math.exp(RevealOrder.POSTERIOR.term(d, .4, 2, Math.log(sum)));
    }
    assertEquals(1, total, 1e-12);
    assertEquals(0, RevealOrder.RANDOM.term(.65, .4, 2, 99));
    // With a small sigma the density of a deeper level is above that of a coarser one.
    assertTrue(RevealOrder.DENSITY.term(0, .1, 64, 0) > 0);
  }

  @ParameterizedTest
  @EnumSource(RevealOrder.class)
  void aWholeRunKeepsPrefixesRevisesNothingAndMeetsThePlan(RevealOrder reveal) {
    int positions = 9;
    int depths = 5;
    for (long seed = 0; seed < 40; seed++) {
      UnmaskPlan plan =
          UnmaskPlan.of(Schedule.circle(), 7, positions * depths, true, seed % 2 == 0);
      int[] visible = new int[positions];
      for (int t = 1; t <= plan.steps(); t++) {
        Noise.Stream noise = Noise.of(seed).stream(t);
        float[] terms = randomTerms(positions * depths, noise);
        int[] kept = visible.clone();
        int[] next = reveal.next(visible, depths, terms, plan.maskedAfter(t), seed % 3, noise);
        assertArrayEquals(kept, visible, "the input is not changed");
        DepthMask after = DepthMask.ofVisible(next, depths);
        assertEquals(plan.maskedAfter(t), after.totalMasked());
        assertTrue(DepthMask.ofVisible(visible, depths).isWithin(after));
        visible = next;
      }
      assertEquals(DepthMask.allVisible(positions, depths), DepthMask.ofVisible(visible, depths));
    }
  }

  @Test
  void withoutNoiseTheMostConfidentAreRevealed() {
    // Position 0: −1, −2, −3; position 1: −0.5, −5, −6; position 2 is visible but for −4.
    float[] terms = {-1, -1, -1, -.5f, -4.5f, -1, 0, 0, -4};
    int[] visible = {0, 0, 2};
    Noise.Stream noise = Noise.of(0).stream();
    assertArrayEquals(
        new int[] {0, 1, 2}, RevealOrder.DISTANCE.next(visible, 3, terms, 6, 0, noise));
    assertArrayEquals(
        new int[] {2, 1, 2}, RevealOrder.DISTANCE.next(visible, 3, terms, 4, 0, noise));
    assertArrayEquals(
        new int[] {3, 1, 3}, RevealOrder.DISTANCE.next(visible, 3, terms, 2, 0, noise));
    assertArrayEquals(visible, RevealOrder.DISTANCE.next(visible, 3, terms, 7, 0, noise));
  }

  @Test
  void risingScoresStillRevealFromTheCoarseSide() {
    // Only the finest level of position 0 scores high: one token is revealed there, the coarsest.
    float[] terms = {-9, -9, 30, -1, -20, -20};
    assertArrayEquals(
        new int[] {1, 0},
        RevealOrder.DENSITY.next(new int[2], 3, terms, 5, 0, Noise.of(0).stream()));
  }

  @ParameterizedTest
  @EnumSource(
      value = RevealOrder.class,
      names = {"RANDOM", "DISTANCE"})
  void withoutConfidenceRevealsFollowThePosterior(RevealOrder reveal) {
    // DISTANCE with equal scores is ordered by its noise alone, so it has the same law.
    int[] visible = {1, 0, 2};
    DepthMask now = DepthMask.ofVisible(visible, 3);
    int draws = 40_000;
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < draws; i++) {
      int[] next = reveal.next(visible, 3, new float[9], 3, 1, Noise.of(5).stream(i));
      seen.merge(Arrays.toString(next), 1, Integer::sum);
    }
    double statistic = 0;
    int cells = 0;
    for (int a = 0; a <= 2; a++) {
      for (int b = 0; b <= 3; b++) {
        int c = 3 - a - b;
        if (c == 0 || c == 1) {
          double expected = draws * Math.exp(Hypergeometric.logPosterior(now, new int[] {a, b, c}));
          String key = Arrays.toString(new int[] {1 + a, b, 2 + c});
          double difference = seen.getOrDefault(key, 0) - expected;
          statistic += difference * difference / expected;
          cells++;
        }
      }
    }
    // 6 cells, 5 degrees of freedom: 20.5 is the 0.999 quantile.
    assertEquals(6, cells);
    assertEquals(cells, seen.size());
    assertTrue(statistic < 20.5, "chi-squared " + statistic);
  }

  @Test
  void theSameStreamGivesTheSameChoice() {
    float[] terms = randomTerms(64, Noise.of(1).stream());
    int[] first = RevealOrder.DISTANCE.next(new int[16], 4, terms, 40, 2, Noise.of(2).stream(3, 4));
    int[] again = RevealOrder.DISTANCE.next(new int[16], 4, terms, 40, 2, Noise.of(2).stream(3, 4));
    int[] other = RevealOrder.DISTANCE.next(new int[16], 4, terms, 40, 2, Noise.of(2).stream(3, 5));
    assertArrayEquals(first, again);
    assertNotEquals(Arrays.toString(first), Arrays.toString(other));
  }

  @Test
  void overflowingDistancesComeLastButCanBeChosen() {
    float[] terms = {Float.NEGATIVE_INFINITY, -1, -1, -1};
    Noise.Stream noise = Noise.of(0).stream();
    assertArrayEquals(
        new int[] {0, 2}, RevealOrder.DISTANCE.next(new int[2], 2, terms, 2, 1, noise));
    assertArrayEquals(
        new int[] {2, 2}, RevealOrder.DISTANCE.next(new int[2], 2, terms, 0, 1, noise));
  }

  @Test
  void badInputIsNamed() {
    Noise.Stream noise = Noise.of(0).stream();
    int[] visible = {0, 1};
    float[] terms = new float[4];
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.RANDOM.next(visible, 2, null, 4, 0, noise));
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.RANDOM.next(visible, 2, null, -1, 0, noise));
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.DISTANCE.next(visible, 2, new float[5], 1, 0, noise));
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.DISTANCE.next(visible, 2, terms, 1, -1, noise));
    float[] broken = {Float.NaN, 0, 0, 0};
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.DISTANCE.next(visible, 2, broken, 1, 0, noise));
    assertThrows(IllegalArgumentException.class, () -> RevealOrder.DISTANCE.term(1, 0, 2, 0));
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.POSTERIOR.terms(new float[3], SIGMA, 2, null));
    assertThrows(
        IllegalArgumentException.class,
        () -> RevealOrder.DISTANCE.terms(new float[4], SIGMA, 2, null));
  }
}
