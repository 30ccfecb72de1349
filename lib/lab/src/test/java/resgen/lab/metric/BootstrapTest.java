package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class BootstrapTest {

  private static final int IMAGES = 400;
  private static final double SHIFT = 0.5;
  private static final double SCALE = 1.4;
  private static final Moments STANDARD =
      Moments.of(new double[] {0}, new double[][] {{1}}, 100_000);

  /** Normal with another mean and deviation than the reference. */
  private static Features images(long set) {
    float[] values = Noise.of(7).stream(set).gaussians(IMAGES);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (SHIFT + SCALE * values[i]);
    }
    return Features.of(1, values);
  }

  private static double deviation(double[] values) {
    double mean = IntStream.range(0, values.length).mapToDouble(i -> values[i]).average().orElse(0);
    double sum = 0;
    for (double value : values) {
      sum += (value - mean) * (value - mean);
    }
    return Math.sqrt(sum / (values.length - 1));
  }

  @Test
  void theSpreadIsThatOfIndependentSets() {
    double[] distances =
        IntStream.range(0, 1000)
            .mapToDouble(set -> Frechet.distance(Moments.of(images(set)), STANDARD))
            .toArray();
    double independent = deviation(distances);
    // The distance is m² + (s − 1)²; the deviation of m is s/√N, that of s about s/√(2N).
    double slope = Math.hypot(2 * SHIFT, 2 * (SCALE - 1) / Math.sqrt(2));
    assertEquals(slope * SCALE / Math.sqrt(IMAGES), independent, 0.07 * independent);

    double resampled =
        IntStream.range(0, 50)
            .mapToDouble(set -> Bootstrap.deviation(images(set), STANDARD, 100, set).orElseThrow())
            .average()
            .orElseThrow();
    assertEquals(independent, resampled, 0.07 * independent);
  }

  @Test
  void theSeedDecides() {
    Features images = images(1);
    Optional<Double> first = Bootstrap.deviation(images, STANDARD, 5, 1);
    assertEquals(first, Bootstrap.deviation(images, STANDARD, 5, 1));
    assertNotEquals(first, Bootstrap.deviation(images, STANDARD, 5, 2));
    assertEquals(
        Bootstrap.deviation(images, STANDARD, Bootstrap.ROUNDS, 0),
        Bootstrap.deviation(images, STANDARD));
  }

  @Test
  void imagesThatAreAllTheSameHaveNoSpread() {
    Features same = Features.of(2, new float[] {1, 2, 1, 2, 1, 2});
    Moments reference =
        Moments.of(new double[] {0, 0}, new double[][] {{1, 0.5}, {0.5, 2}}, 100_000);
    assertEquals(0, Bootstrap.deviation(same, reference).orElseThrow(), 1e-12);
  }

  @Test
  void anInterruptLeavesItEmpty() {
    Thread.currentThread().interrupt();
    Optional<Double> deviation = Bootstrap.deviation(images(1), STANDARD);
    assertTrue(Thread.interrupted());
    assertTrue(deviation.isEmpty());
  }

  @Test
  void aSpreadNeedsTwoOfEach() {
    Features one = Features.of(1, new float[] {1});
    assertThrows(IllegalArgumentException.class, () -> Bootstrap.deviation(one, STANDARD, 20, 0));
    assertThrows(
        IllegalArgumentException.class, () -> Bootstrap.deviation(images(1), STANDARD, 1, 0));
  }
}
