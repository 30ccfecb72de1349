package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class KernelDistanceTest {
  private static Features gaussian(int n, int d, double shift, long key) {
    float[] values = Noise.of(9).stream(key).gaussians(n * d);
    for (int i = 0; i < values.length; i++) {
      values[i] += (float) shift;
    }
    return Features.of(d, values);
  }

  /** The definition, pair by pair. */
  private static double bruteForce(Features x, Features y) {
    return within(x) + within(y) - 2 * sum(x, y, false) / x.count() / y.count();
  }

  private static double within(Features x) {
    return sum(x, x, true) / x.count() / (x.count() - 1);
  }

  private static double sum(Features x, Features y, boolean skipEqual) {
    double sum = 0;
    for (int i = 0; i < x.count(); i++) {
      for (int j = 0; j < y.count(); j++) {
        double dot = 0;
        for (int k = 0; k < x.dimension(); k++) {
          dot += (double) x.get(i, k) * y.get(j, k);
        }
        sum += skipEqual && i == j ? 0 : Math.pow(dot / x.dimension() + 1, 3);
      }
    }
    return sum;
  }

  @Test
  void twoAndTwoVectorsByHand() {
    Features x = Features.of(new float[][] {{0}, {1}});
    Features y = Features.of(new float[][] {{1}, {2}});
    // within x: 1; within y: (2+1)³ = 27; between: (1 + 1 + 8 + 27)/4
    assertEquals(1 + 27 - 2 * 37 / 4.0, KernelDistance.squaredDiscrepancy(x, y), 1e-12);
  }

  @Test
  void equalsTheDefinition() {
    Features x = gaussian(31, 7, 0, 1);
    Features y = gaussian(23, 7, 0.3, 2);
    assertEquals(bruteForce(x, y), KernelDistance.squaredDiscrepancy(x, y), 1e-10);
  }

  @Test
  void subsetsOfTheWholeSizeAreTheWhole() {
    Features x = gaussian(20, 4, 0, 1);
    Features y = gaussian(20, 4, 1, 2);
    KernelDistance whole = KernelDistance.of(x, y, new KernelDistance.Settings(3, 1000, 1));
    assertEquals(20, whole.subsetSize());
    assertEquals(bruteForce(x, y), whole.mean(), 1e-10);
    assertEquals(0, whole.deviation(), 1e-10);
  }

  @Test
  void isUnbiasedForEqualDistributionsAndSeesAShift() {
    Features x = gaussian(2000, 5, 0, 3);
    KernelDistance.Settings settings = new KernelDistance.Settings(60, 100, 7);
    KernelDistance same = KernelDistance.of(x, gaussian(2000, 5, 0, 4), settings);
    KernelDistance shifted = KernelDistance.of(x, gaussian(2000, 5, 0.5, 5), settings);
    assertTrue(
        Math.abs(same.mean()) < 4 * same.deviation() / Math.sqrt(60) + 0.01, same.toString());
    assertTrue(shifted.mean() > 10 * Math.abs(same.mean()), shifted.toString());
  }

  @Test
  void theSeedAloneDecides() {
    Features x = gaussian(50, 3, 0, 1);
    Features y = gaussian(60, 3, 0, 2);
    KernelDistance one = KernelDistance.of(x, y, new KernelDistance.Settings(5, 10, 1));
    assertEquals(one, KernelDistance.of(x, y, new KernelDistance.Settings(5, 10, 1)));
    assertNotEquals(one, KernelDistance.of(x, y, new KernelDistance.Settings(5, 10, 2)));
  }

  @Test
  void impossibleInputsAreRefused() {
    Features x = gaussian(5, 3, 0, 1);
    assertThrows(
        IllegalArgumentException.class,
        () -> KernelDistance.squaredDiscrepancy(x, gaussian(5, 4, 0, 1)));
    assertThrows(
        IllegalArgumentException.class, () -> KernelDistance.squaredDiscrepancy(x, x.subset(0)));
    assertThrows(IllegalArgumentException.class, () -> new KernelDistance.Settings(0, 10, 0));
  }
}
