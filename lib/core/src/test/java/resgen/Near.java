package resgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

/** Compares arrays of floats, relative to the largest value expected. */
public final class Near {

  private Near() {}

  /**
   * Fails, naming the worst place, unless all differ by at most tolerance × (1 + max|expected|).
   */
  public static void assertNear(float[] expected, float[] actual, double tolerance, String what) {
    assertEquals(expected.length, actual.length, what + ": length");
    double scale = 1;
    for (float value : expected) {
      scale = Math.max(scale, 1 + Math.abs(value));
    }
    for (int i = 0; i < expected.length; i++) {
      if (!(Math.abs(expected[i] - actual[i]) <= tolerance * scale)) {
        fail("%s[%d]: %s, expected %s".formatted(what, i, actual[i], expected[i]));
      }
    }
  }

  /** The same for expected doubles. */
  public static void assertNear(double[] expected, float[] actual, double tolerance, String what) {
    float[] narrow = new float[expected.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = (float) expected[i];
    }
    assertNear(narrow, actual, tolerance, what);
  }
}
