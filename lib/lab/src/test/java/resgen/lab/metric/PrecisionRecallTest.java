package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class PrecisionRecallTest {
  private static Features gaussian(int n, int d, double shift, double scale, long key) {
    float[] values = Noise.of(4).stream(key).gaussians(n * d);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * values[i]);
    }
    return Features.of(d, values);
  }

  private static double distance(Features a, int i, Features b, int j) {
    double sum = 0;
    for (int k = 0; k < a.dimension(); k++) {
      sum += Math.pow((double) a.get(i, k) - b.get(j, k), 2);
    }
    return sum;
  }

  private static double bruteForce(Features points, Features set, int k) {
    long inside =
        IntStream.range(0, points.count())
            .filter(
                p ->
                    IntStream.range(0, set.count())
                        .anyMatch(
                            s -> {
                              double radius =
                                  IntStream.range(0, set.count())
                                      .filter(o -> o != s)
                                      .mapToDouble(o -> distance(set, s, set, o))
                                      .sorted()
                                      .toArray()[k - 1];
                              return distance(points, p, set, s) <= radius;
                            }))
            .count();
    return (double) inside / points.count();
  }

  @Test
  void onALineByHand() {
    Features real = Features.of(new float[][] {{0}, {1}, {3}, {7}});
    assertArrayEquals(new double[] {1, 1, 4, 16}, PrecisionRecall.squaredRadii(real, 1));
    assertArrayEquals(new double[] {9, 4, 9, 36}, PrecisionRecall.squaredRadii(real, 2));
    // Real balls of k=1: [-1,1], [0,2], [1,5], [3,11].
    Features generated = Features.of(new float[][] {{-2}, {-1}, {2.5f}, {11}, {12}});
    // Generated radii: 1, 1, 3.5, 1, 1: balls [-3,-1], [-2,0], [-1,6], [10,12], [11,13].
    PrecisionRecall pr = PrecisionRecall.of(real, generated, 1);
    assertEquals(3 / 5.0, pr.precision());
    assertEquals(3 / 4.0, pr.recall());
  }

  @Test
  void equalsTheDefinition() {
    Features real = gaussian(60, 5, 0, 1, 1);
    Features generated = gaussian(45, 5, 0.4, 0.8, 2);
    for (int k : new int[] {1, 3, 5}) {
      PrecisionRecall pr = PrecisionRecall.of(real, generated, k);
      assertEquals(bruteForce(generated, real, k), pr.precision());
      assertEquals(bruteForce(real, generated, k), pr.recall());
    }
  }

  @Test
  void collapseCostsRecallAndNoiseCostsPrecision() {
    Features real = gaussian(300, 4, 0, 1, 1);
    PrecisionRecall collapsed = PrecisionRecall.of(real, gaussian(300, 4, 0, 0.1, 2));
    PrecisionRecall noisy = PrecisionRecall.of(real, gaussian(300, 4, 0, 4, 3));
    assertTrue(collapsed.precision() > 0.95 && collapsed.recall() < 0.1, collapsed.toString());
    assertTrue(noisy.precision() < 0.3 && noisy.recall() > 0.9, noisy.toString());
    assertEquals(new PrecisionRecall(1, 1, 3), PrecisionRecall.of(real, real));
  }

  @Test
  void duplicatesAndFarPointsAreCounted() {
    Features twice = Features.of(new float[][] {{1}, {1}, {5}, {5}});
    Features once = Features.of(new float[][] {{1}, {5}, {9}, {9.5f}});
    assertEquals(0.5, PrecisionRecall.of(twice, once, 1).precision());
  }

  @Test
  void neighboursMustExist() {
    Features three = Features.of(new float[][] {{1}, {2}, {3}});
    assertThrows(IllegalArgumentException.class, () -> PrecisionRecall.of(three, three, 3));
    assertThrows(IllegalArgumentException.class, () -> PrecisionRecall.of(three, three, 0));
  }
}
