package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class MomentsTest {
  private static float[][] rows(int n, int d, double offset) {
    float[][] rows = new float[n][d];
    Noise.Stream noise = Noise.of(1).stream(n, d);
    for (float[] row : rows) {
      double shared = noise.nextGaussian();
      for (int i = 0; i < d; i++) {
        row[i] = (float) (offset + i + shared + (i + 1) * noise.nextGaussian());
      }
    }
    return rows;
  }

  /** The textbook's two passes. */
  private static double[][] covariance(float[][] rows) {
    int d = rows[0].length;
    double[] mean = new double[d];
    for (float[] row : rows) {
      for (int i = 0; i < d; i++) {
        mean[i] += (double) row[i] / rows.length;
      }
    }
    double[][] covariance = new double[d][d];
    for (float[] row : rows) {
      for (int i = 0; i < d; i++) {
        for (int j = 0; j < d; j++) {
          covariance[i][j] += (row[i] - mean[i]) * (row[j] - mean[j]) / (rows.length - 1);
        }
      }
    }
    return covariance;
  }

  private static void assertClose(double[][] expected, double[][] found, double tolerance) {
    for (int i = 0; i < expected.length; i++) {
      for (int j = 0; j < expected.length; j++) {
        assertEquals(expected[i][j], found[i][j], tolerance, i + ", " + j);
      }
    }
  }

  @Test
  void countsAreCopies() {
    Features all = Features.of(rows(700, 5, 100));
    Noise.Stream noise = Noise.of(3).stream();
    int[] counts = new int[700];
    int[] copies = new int[700];
    for (int i = 0; i < copies.length; i++) {
      copies[i] = noise.nextInt(700);
      counts[copies[i]]++;
    }
    Moments expected = Moments.of(all.subset(copies));
    Moments found = Moments.of(all, counts);
    assertEquals(700, found.count());
    assertArrayEquals(expected.mean(), found.mean(), 1e-12 * 100);
    assertClose(expected.covariance(), found.covariance(), 1e-10);
    counts[5] = -1;
    assertThrows(IllegalArgumentException.class, () -> Moments.of(all, counts));
    assertThrows(IllegalArgumentException.class, () -> Moments.of(all, new int[699]));
  }

  @Test
  void threePointsByHand() {
    Moments m = Moments.of(Features.of(new float[][] {{0, 0}, {2, 0}, {4, 3}}));
    assertEquals(3, m.count());
    assertEquals(2, m.mean()[0], 1e-15);
    assertEquals(1, m.mean()[1], 1e-15);
    assertClose(new double[][] {{4, 3}, {3, 3}}, m.covariance(), 1e-14);
  }

  @Test
  void streamedInPiecesEqualsTwoPassesAlsoFarFromZero() {
    for (double offset : new double[] {0, 10_000}) {
      float[][] rows = rows(1000, 5, offset);
      Moments.Accumulator accumulator = new Moments.Accumulator(5);
      for (int from = 0; from < 1000; ) {
        int to = Math.min(1000, from + 1 + from % 300);
        accumulator.add(Features.of(Arrays.copyOfRange(rows, from, to)).flat());
        accumulator.moments();
        from = to;
      }
      assertEquals(1000, accumulator.moments().count());
      assertClose(covariance(rows), accumulator.moments().covariance(), 1e-9);
    }
  }

  @Test
  void partsMergeToTheWholeInAnyOrder() {
    float[][] rows = rows(700, 4, 100);
    Moments whole = Moments.of(Features.of(rows));
    Moments a = Moments.of(Features.of(Arrays.copyOfRange(rows, 0, 1)));
    Moments b = Moments.of(Features.of(Arrays.copyOfRange(rows, 1, 400)));
    Moments c = Moments.of(Features.of(Arrays.copyOfRange(rows, 400, 700)));
    Moments none = new Moments.Accumulator(4).moments();
    for (Moments merged :
        new Moments[] {
          a.merge(b).merge(c), c.merge(a.merge(none)).merge(b), none.merge(c.merge(b).merge(a))
        }) {
      assertEquals(700, merged.count());
      assertEquals(whole.mean()[3], merged.mean()[3], 1e-11);
      assertClose(whole.covariance(), merged.covariance(), 1e-10);
    }
  }

  @Test
  void impossibleInputsAreNamed() {
    Moments.Accumulator accumulator = new Moments.Accumulator(2);
    assertThrows(IllegalArgumentException.class, () -> accumulator.add(new float[3]));
    Exception nan =
        assertThrows(
            IllegalArgumentException.class,
            () -> accumulator.add(new float[] {0, 1, 2, Float.NaN}));
    assertTrue(nan.getMessage().contains("feature 1 of vector 1"), nan.getMessage());
    Moments one = new Moments.Accumulator(2).add(new float[] {1, 2}).moments();
    assertThrows(IllegalStateException.class, one::covariance);
    assertThrows(
        IllegalArgumentException.class, () -> one.merge(new Moments.Accumulator(3).moments()));
    double[][] skew = {{1, 2}, {3, 1}};
    assertThrows(IllegalArgumentException.class, () -> Moments.of(new double[2], skew, 5));
  }

  /** The kernel that a GPU runs, on a CPU; more rows than it takes at once, and a large offset. */
  @Test
  void aDeviceSumsTheSameMoments() {
    Noise.Stream noise = Noise.of(4).stream(0);
    int n = 70_000;
    float[] rows = new float[n * 3];
    int[] counts = new int[n];
    for (int i = 0; i < n; i++) {
      counts[i] = noise.nextInt(3);
      for (int j = 0; j < 3; j++) {
        rows[3 * i + j] = (float) (1000 * j + noise.nextGaussian() * (j + 1));
      }
    }
    Features features = Features.of(3, rows);
    Moments plain = new Moments.Accumulator(3).add(rows, counts).moments();
    Moments device = DeviceMoments.of(features, counts, ai.djl.Device.cpu());
    assertEquals(plain.count(), device.count());
    for (int i = 0; i < 3; i++) {
      assertEquals(plain.mean()[i], device.mean()[i], 1e-9);
      for (int j = 0; j < 3; j++) {
        assertEquals(plain.covariance()[i][j], device.covariance()[i][j], 1e-9);
      }
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> DeviceMoments.of(features, new int[2], ai.djl.Device.cpu()));
  }
}
