package resgen.noise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.torch.Torch;

/** The kernel's streams against Java's, row by row. */
class KeysTest {

  private static final int COUNT = 33; // odd: a pair of Gaussians is cut
  private static final long[] FIRST = {0, 1, 2, -1, 77, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 40};
  private static final long[] SECOND = {5, 5, 0, -9, 1_000_000_007L, 3, 2, Long.MIN_VALUE};

  private static NDManager manager;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static Keys keys(Noise noise) {
    return Keys.of(noise, manager.create(FIRST), manager.create(SECOND));
  }

  private static Noise.Stream stream(Noise noise, int row) {
    return noise.stream(FIRST[row], SECOND[row]);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -1, 42, 123_456_789_012L, Long.MAX_VALUE, Long.MIN_VALUE})
  void integersAndUniformsAreJavasToTheLastBit(long seed) {
    for (Noise noise :
        new Noise[] {
          Noise.of(seed), Noise.of(seed).fork("gaussian"), Noise.of(seed).fork("a").fork("ü")
        }) {
      long[] longs = keys(noise).longs(COUNT).toLongArray();
      float[] uniforms = keys(noise).uniforms(COUNT).toFloatArray();
      double[] doubles = keys(noise).doubles(COUNT).toDoubleArray();
      for (int row = 0; row < FIRST.length; row++) {
        Noise.Stream stream = stream(noise, row);
        Noise.Stream again = stream(noise, row);
        float[] floats = stream(noise, row).uniforms(COUNT);
        for (int i = 0; i < COUNT; i++) {
          String what = noise + " row " + row + " number " + i;
          assertEquals(stream.nextLong(), longs[row * COUNT + i], what);
          assertEquals(again.nextDouble(), doubles[row * COUNT + i], what);
          assertEquals(floats[i], uniforms[row * COUNT + i], what);
        }
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 3, -77, Long.MIN_VALUE})
  void gaussiansAndGumbelsAreWithinTwoUlpOfAFloat(long seed) {
    int count = 1001;
    Noise noise = Noise.of(seed);
    float[] gaussians = keys(noise).gaussians(count).toFloatArray();
    double[] gumbels = keys(noise).gumbels(count).toDoubleArray();
    for (int row = 0; row < FIRST.length; row++) {
      Noise.Stream gauss = stream(noise, row);
      Noise.Stream gumbel = stream(noise, row);
      for (int i = 0; i < count; i++) {
        near(gauss.nextGaussian(), gaussians[row * count + i], "gaussian " + row + ", " + i);
        near(gumbel.gumbel(), gumbels[row * count + i], "gumbel " + row + ", " + i);
      }
    }
  }

  private static void near(double expected, double actual, String what) {
    assertEquals(expected, actual, 2 * Math.ulp((float) expected), what);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 256, 1000, 65_536})
  void boundedIntegersAreJavas(int bound) {
    Noise noise = Noise.of(9);
    long[] found = keys(noise).integers(50, bound).toLongArray();
    for (int row = 0; row < FIRST.length; row++) {
      Noise.Stream stream = stream(noise, row);
      for (int i = 0; i < 50; i++) {
        assertEquals(stream.nextInt(bound), found[row * 50 + i], "row " + row + " number " + i);
      }
    }
  }

  @Test
  void oneKeyForAllRowsIsThatKeyInEveryRow() {
    Noise noise = Noise.of(6);
    NDArray step = manager.create(new long[] {12});
    NDArray sample = manager.create(new long[] {0, 1, 2});
    long[] first = Keys.of(noise, step, sample).longs(2).toLongArray();
    long[] second = Keys.of(noise, sample, step).longs(2).toLongArray();
    for (int b = 0; b < 3; b++) {
      assertEquals(noise.stream(12, b).nextLong(), first[2 * b]);
      assertEquals(noise.stream(b, 12).nextLong(), second[2 * b]);
    }
    assertArrayEquals(
        new long[] {noise.stream(12).nextLong()}, Keys.of(noise, step).longs(1).toLongArray());
  }

  @Test
  void numberAndOrderOfKeysAndForksMatter() {
    Noise noise = Noise.of(6);
    NDArray zero = manager.create(new long[] {0});
    NDArray one = manager.create(new long[] {1});
    long[] all = {
      Keys.of(noise, one).longs(1).getLong(),
      Keys.of(noise, one, zero).longs(1).getLong(),
      Keys.of(noise, zero, one).longs(1).getLong(),
      Keys.of(noise, one).fork("a").longs(1).getLong(),
      Keys.of(noise, one).fork("b").longs(1).getLong(),
      Keys.of(noise, one).fork("a").fork("b").longs(1).getLong()
    };
    assertEquals(all.length, Arrays.stream(all).distinct().count());
    assertEquals(noise.fork("a").fork("b").stream(1).nextLong(), all[5]);
  }

  /** Every method draws from the beginning of its streams, a row alone as in a batch. */
  @Test
  void aRowDependsOnItsKeysAlone() {
    float[] all = keys(Noise.of(2)).gaussians(8).toFloatArray();
    for (int row = 0; row < FIRST.length; row++) {
      NDArray first = manager.create(new long[] {FIRST[row]});
      NDArray second = manager.create(new long[] {SECOND[row]});
      assertArrayEquals(
          Arrays.copyOfRange(all, row * 8, row * 8 + 5),
          Keys.of(Noise.of(2), first, second).gaussians(5).toFloatArray());
    }
    assertFalse(Arrays.equals(all, keys(Noise.of(3)).gaussians(8).toFloatArray()));
  }

  private static final int N = 200_000;

  /** Mean, variance, skewness and excess kurtosis. */
  private static double[] moments(double[] values) {
    double mean = Arrays.stream(values).sum() / values.length;
    double[] central = new double[5];
    for (double v : values) {
      for (int k = 2; k <= 4; k++) {
        central[k] += Math.pow(v - mean, k) / values.length;
      }
    }
    double deviation = Math.sqrt(central[2]);
    return new double[] {
      mean, central[2], central[3] / Math.pow(deviation, 3), central[4] / Math.pow(deviation, 4) - 3
    };
  }

  /** The first number of each of N neighbouring keys. */
  private static double[] firsts(String kind) {
    Keys keys = Keys.of(Noise.of(7), Torch.longs(manager, range(), N));
    return switch (kind) {
      case "uniform" -> wide(keys.uniforms(1).toFloatArray());
      case "gaussian" -> wide(keys.gaussians(1).toFloatArray());
      case "second gaussian" -> wide(keys.gaussians(2).get(":, 1").toFloatArray());
      default -> keys.gumbels(1).toDoubleArray();
    };
  }

  private static int[] range() {
    int[] range = new int[N];
    Arrays.setAll(range, i -> i);
    return range;
  }

  private static double[] wide(float[] values) {
    double[] wide = new double[values.length];
    Arrays.setAll(wide, i -> values[i]);
    return wide;
  }

  /** Tolerances are four standard deviations of the estimates. */
  @Test
  void momentsOverNeighbouringKeysAreThoseOfTheDistributions() {
    double[] u = moments(firsts("uniform"));
    assertEquals(0.5, u[0], 4 * Math.sqrt(1 / 12.0 / N));
    assertEquals(1 / 12.0, u[1], 4 * Math.sqrt(1 / 180.0 / N));
    for (String kind : new String[] {"gaussian", "second gaussian"}) {
      double[] g = moments(firsts(kind));
      assertEquals(0, g[0], 4 / Math.sqrt(N), kind);
      assertEquals(1, g[1], 4 * Math.sqrt(2.0 / N), kind);
      assertEquals(0, g[2], 4 * Math.sqrt(6.0 / N), kind);
      assertEquals(0, g[3], 4 * Math.sqrt(24.0 / N), kind);
    }
    double[] e = moments(firsts("gumbel"));
    assertEquals(0.57721566, e[0], 4 * Math.sqrt(Math.PI * Math.PI / 6 / N));
    assertEquals(Math.PI * Math.PI / 6, e[1], 4 * 1.645 * Math.sqrt(4.4 / N)); // kurtosis 5.4
  }

  @Test
  void neighbouringKeysAndNumbersAreUncorrelated() {
    double[] first = firsts("gaussian");
    double[] second = firsts("second gaussian");
    double keys = 0;
    double pair = 0;
    for (int i = 0; i + 1 < N; i++) {
      keys += first[i] * first[i + 1] / N;
      pair += first[i] * second[i] / N;
    }
    assertEquals(0, keys, 4 / Math.sqrt(N));
    assertEquals(0, pair, 4 / Math.sqrt(N));
    int[] bins = new int[16];
    for (double v : firsts("uniform")) {
      assertTrue(v >= 0 && v < 1);
      bins[(int) (v * 16)]++;
    }
    double chi = 0;
    for (int count : bins) {
      chi += Math.pow(count - N / 16.0, 2) / (N / 16.0);
    }
    assertTrue(chi < 44.3, "χ² with 15 degrees, p = 1e-4: " + chi);
  }
}
