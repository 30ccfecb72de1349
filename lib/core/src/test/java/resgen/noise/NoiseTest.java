package resgen.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class NoiseTest {
  private static final int N = 200_000;

  /** Mean, variance, skewness and excess kurtosis of one draw from each of N neighbouring keys. */
  private static double[] momentsOverKeys(ToDoubleFunction<Noise.Stream> draw) {
    Noise noise = Noise.of(7);
    double[] values = new double[N];
    double mean = 0;
    for (int i = 0; i < N; i++) {
      values[i] = draw.applyAsDouble(noise.stream(i));
      mean += values[i] / N;
    }
    double[] central = new double[5];
    for (double v : values) {
      for (int k = 2; k <= 4; k++) {
        central[k] += Math.pow(v - mean, k) / N;
      }
    }
    double sd = Math.sqrt(central[2]);
    return new double[] {
      mean, central[2], central[3] / Math.pow(sd, 3), central[4] / Math.pow(sd, 4) - 3
    };
  }

  @Test
  void uniformMomentsOverNeighbouringKeys() {
    double[] m = momentsOverKeys(Noise.Stream::nextDouble);
    assertEquals(0.5, m[0], 4 * Math.sqrt(1 / 12.0 / N));
    assertEquals(1 / 12.0, m[1], 4 * Math.sqrt(1 / 180.0 / N));
    assertEquals(0, m[2], 0.02);
    assertEquals(-1.2, m[3], 0.03);
  }

  @Test
  void gaussianMomentsOverNeighbouringKeys() {
    double[] m = momentsOverKeys(Noise.Stream::nextGaussian);
    assertEquals(0, m[0], 4 / Math.sqrt(N));
    assertEquals(1, m[1], 4 * Math.sqrt(2.0 / N));
    assertEquals(0, m[2], 4 * Math.sqrt(6.0 / N));
    assertEquals(0, m[3], 4 * Math.sqrt(24.0 / N));
  }

  @Test
  void gumbelMomentsOverNeighbouringKeys() {
    double[] m = momentsOverKeys(Noise.Stream::gumbel);
    assertEquals(0.57721566, m[0], 4 * Math.sqrt(1.645 / N));
    assertEquals(Math.PI * Math.PI / 6, m[1], 0.03);
  }

  @Test
  void bothHalvesOfTheGaussianPairAreNormalAndUncorrelated() {
    Noise noise = Noise.of(3);
    double cross = 0;
    double second = 0;
    for (int i = 0; i < N; i++) {
      Noise.Stream s = noise.stream(i);
      double a = s.nextGaussian();
      double b = s.nextGaussian();
      cross += a * b / N;
      second += b * b / N;
    }
    assertEquals(0, cross, 4 / Math.sqrt(N));
    assertEquals(1, second, 4 * Math.sqrt(2.0 / N));
  }

  @Test
  void neighbouringKeysAndSeedsAreUncorrelated() {
    Noise noise = Noise.of(11);
    double key = 0;
    double swapped = 0;
    double seed = 0;
    double within = 0;
    for (int i = 0; i < N; i++) {
      double x = noise.stream(i, 5).nextDouble() - 0.5;
      key += x * (noise.stream(i + 1, 5).nextDouble() - 0.5) * 12 / N;
      swapped += x * (noise.stream(5, i).nextDouble() - 0.5) * 12 / N;
      seed += x * (Noise.of(12).stream(i, 5).nextDouble() - 0.5) * 12 / N;
      Noise.Stream s = noise.stream(i);
      within += (s.nextDouble() - 0.5) * (s.nextDouble() - 0.5) * 12 / N;
    }
    double bound = 4 / Math.sqrt(N);
    assertEquals(0, key, bound);
    assertEquals(0, swapped, bound);
    assertEquals(0, seed, bound);
    assertEquals(0, within, bound);
  }

  @Test
  void oneKeyBitFlipsHalfOfTheValueBits() {
    double flipped = 0;
    int cases = 0;
    for (int i = 0; i < 500; i++) {
      for (int bit = 0; bit < 64; bit++, cases++) {
        long a = Noise.of(1).stream(i).nextLong();
        flipped += Long.bitCount(a ^ Noise.of(1).stream(i ^ (1L << bit)).nextLong());
      }
    }
    assertEquals(32, flipped / cases, 4 * 4 / Math.sqrt(cases));
  }

  @Test
  void orderNumberAndSignOfKeysMatter() {
    Set<Long> seen = new HashSet<>();
    Noise noise = Noise.of(0);
    long[][] keys = {{}, {0}, {0, 0}, {1}, {-1}, {1, 0}, {0, 1}, {1, 0, 0}, {Long.MIN_VALUE}};
    for (long[] key : keys) {
      assertTrue(seen.add(noise.stream(key).nextLong()));
    }
    assertTrue(seen.add(Noise.of(1).stream().nextLong()));
    assertTrue(seen.add(noise.fork("a").stream().nextLong()));
    assertTrue(seen.add(noise.fork("b").stream().nextLong()));
  }

  @Test
  void aStreamDoesNotDependOnWhatWasDrawnBefore() {
    Noise noise = Noise.of(42);
    Noise.Stream first = noise.stream(3, 9);
    long a = first.nextLong();
    long b = first.nextLong();
    noise.stream(1).permutation(100);
    Noise.Stream again = Noise.of(42).stream(3, 9);
    assertEquals(a, again.nextLong());
    assertEquals(b, again.nextLong());
  }

  @Test
  void boundedIntegersAreUniform() {
    Noise.Stream s = Noise.of(5).stream(1);
    int[] counts = new int[7];
    for (int i = 0; i < 70_000; i++) {
      counts[s.nextInt(7)]++;
    }
    double chi2 = 0;
    for (int count : counts) {
      chi2 += Math.pow(count - 10_000, 2) / 10_000;
    }
    assertTrue(chi2 < 22.5, "chi² with 6 degrees of freedom: " + chi2);
    assertEquals(0, s.nextInt(1));
    int large = s.nextInt(Integer.MAX_VALUE);
    assertTrue(large >= 0 && large < Integer.MAX_VALUE);
    assertThrows(IllegalArgumentException.class, () -> s.nextInt(0));
  }

  @Test
  void everyOrderOfThreeIsEquallyLikely() {
    int[] counts = new int[27];
    for (int i = 0; i < 60_000; i++) {
      int[] p = Noise.of(2).stream(i).permutation(3);
      counts[9 * p[0] + 3 * p[1] + p[2]]++;
    }
    int orders = 0;
    for (int count : counts) {
      if (count > 0) {
        orders++;
        assertEquals(10_000, count, 400);
      }
    }
    assertEquals(6, orders);
  }

  @Test
  void fillsEqualSingleDraws() {
    float[] filled = Noise.of(1).stream(4).gaussians(5);
    Noise.Stream s = Noise.of(1).stream(4);
    for (float value : filled) {
      assertEquals((float) s.nextGaussian(), value);
    }
    assertArrayEquals(filled, Noise.of(1).stream(4).gaussians(5));
    assertNotEquals(filled[0], Noise.of(2).stream(4).gaussians(5)[0]);
    for (float u : Noise.of(1).stream(5).uniforms(10_000)) {
      assertTrue(u >= 0 && u < 1);
    }
  }

  @Test
  void goldenValuesNeverChange() {
    Noise.Stream s = Noise.of(1).stream(2, 3);
    assertEquals(GOLDEN_LONG, s.nextLong());
    assertEquals(GOLDEN_DOUBLE, s.nextDouble());
    assertEquals(GOLDEN_GAUSSIAN, s.nextGaussian());
    assertEquals(GOLDEN_SPARE, s.nextGaussian());
    assertEquals(GOLDEN_GUMBEL, s.gumbel());
    assertEquals(GOLDEN_INT, s.nextInt(1000));
    assertArrayEquals(GOLDEN_ORDER, Noise.of(0).stream().permutation(8));
  }

  private static final long GOLDEN_LONG = -3242977160386385106L;
  private static final double GOLDEN_DOUBLE = 0.05041349752311097;
  private static final double GOLDEN_GAUSSIAN = 0.4446984447206199;
  private static final double GOLDEN_SPARE = 0.4798271502338691;
  private static final double GOLDEN_GUMBEL = -1.1313686070869566;
  private static final int GOLDEN_INT = 722;
  private static final int[] GOLDEN_ORDER = {3, 0, 5, 4, 7, 6, 1, 2};
}
