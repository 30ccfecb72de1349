package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class FixedPointMomentsTest {

  private static final int D = 5;
  private static final float[] ROWS = rows(997, 30);

  /** Normal values about an offset. */
  private static float[] rows(int count, float offset) {
    Noise.Stream noise = Noise.of(4).stream();
    float[] rows = new float[count * D];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = offset + (float) noise.nextGaussian() * (1 + i % D);
    }
    return rows;
  }

  private static FixedPointMoments whole() {
    return new FixedPointMoments(D).add(ROWS);
  }

  @Test
  void partsInAnyOrderGiveTheSameSums() {
    for (int parts : new int[] {2, 7, 100}) {
      int size = (997 + parts - 1) / parts;
      FixedPointMoments merged = new FixedPointMoments(D);
      for (int part = parts - 1; part >= 0; part--) {
        int from = Math.min(997, part * size) * D;
        int to = Math.min(997, (part + 1) * size) * D;
        merged = new FixedPointMoments(D).add(Arrays.copyOfRange(ROWS, from, to)).merge(merged);
      }
      assertEquals(whole(), merged);
      assertArrayEquals(whole().words(), merged.words());
    }
  }

  @Test
  void floatingPointSumsOfPartsDiffer() {
    Moments one = Moments.of(Features.of(D, ROWS));
    Moments two =
        Moments.of(Features.of(D, Arrays.copyOfRange(ROWS, 0, 400 * D)))
            .merge(Moments.of(Features.of(D, Arrays.copyOfRange(ROWS, 400 * D, 997 * D))));

    assertNotEquals(Arrays.deepToString(one.covariance()), Arrays.deepToString(two.covariance()));
  }

  @Test
  void momentsAreThoseOfFloatingPoint() {
    Moments exact = whole().moments();
    Moments floating = Moments.of(Features.of(D, ROWS));

    assertEquals(997, exact.count());
    assertArrayEquals(floating.mean(), exact.mean(), 1e-9);
    for (int i = 0; i < D; i++) {
      assertArrayEquals(floating.covariance()[i], exact.covariance()[i], 2e-8);
    }
    assertEquals(0, Frechet.distance(floating, exact), 1e-6);
  }

  @Test
  void aClosedForm() {
    Moments two = new FixedPointMoments(2).add(new float[] {1, 2, 3, 8}).moments();

    assertArrayEquals(new double[] {2, 5}, two.mean());
    assertArrayEquals(new double[][] {{2, 6}, {6, 18}}, two.covariance());
  }

  @Test
  void whatDoesNotFitIsAnError() {
    FixedPointMoments sums = new FixedPointMoments(1);
    assertThrows(ArithmeticException.class, () -> sums.add(new float[] {50_000}));
    FixedPointMoments large = new FixedPointMoments(1).add(new float[] {40_000});
    assertThrows(ArithmeticException.class, () -> large.merge(large));
    assertThrows(IllegalArgumentException.class, () -> sums.add(new float[] {Float.NaN}));
    assertThrows(IllegalArgumentException.class, () -> sums.merge(new FixedPointMoments(2)));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> new FixedPointMoments(3).moments())
            .getMessage()
            .contains("2 vectors or more"));
  }
}
