package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;
import resgen.torch.Torch;

class RotaryTest {

  private static final int D = 12;

  /** The vector as position {@code at} of the tables turns it. */
  private static double[] turn(float[] x, float[] cos, float[] sin, int at) {
    double[] y = new double[D];
    for (int i = 0; i < D / 2; i++) {
      double a = x[i];
      double b = x[i + D / 2];
      y[i] = a * cos[at * D + i] - b * sin[at * D + i];
      y[i + D / 2] = b * cos[at * D + i + D / 2] + a * sin[at * D + i + D / 2];
    }
    return y;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  @Test
  void onALineProductsDependOnTheDistanceAndNormsAreKept() {
    try (NDManager manager = Torch.manager()) {
      Rotary r = Rotary.line(manager, 20, D);
      float[] cos = r.cos().toFloatArray();
      float[] sin = r.sin().toFloatArray();
      float[] q = Noise.of(1).stream(1).gaussians(D);
      float[] k = Noise.of(1).stream(2).gaussians(D);
      double far = dot(turn(q, cos, sin, 3), turn(k, cos, sin, 8));
      for (int i = 0; i < 15; i++) {
        assertEquals(far, dot(turn(q, cos, sin, i), turn(k, cos, sin, i + 5)), 1e-5);
      }
      assertTrue(Math.abs(far - dot(turn(q, cos, sin, 3), turn(k, cos, sin, 9))) > 1e-3);
      double[] whole = turn(q, cos, sin, 0);
      double[] turned = turn(q, cos, sin, 19);
      assertEquals(dot(whole, whole), dot(turned, turned), 1e-5);
      assertEquals(q[3], whole[3], 0);
    }
  }

  @Test
  void onAGridProductsDependOnBothDistances() {
    try (NDManager manager = Torch.manager()) {
      int width = 5;
      Rotary r = Rotary.grid(manager, 4, width, D);
      float[] cos = r.cos().toFloatArray();
      float[] sin = r.sin().toFloatArray();
      float[] q = Noise.of(1).stream(1).gaussians(D);
      float[] k = Noise.of(1).stream(2).gaussians(D);
      double reference = dot(turn(q, cos, sin, 0), turn(k, cos, sin, 2 * width + 1));
      for (int row = 0; row < 2; row++) {
        for (int column = 0; column < 4; column++) {
          int from = row * width + column;
          assertEquals(
              reference,
              dot(turn(q, cos, sin, from), turn(k, cos, sin, from + 2 * width + 1)),
              1e-5);
        }
      }
      double otherRow = dot(turn(q, cos, sin, 0), turn(k, cos, sin, width + 1));
      double otherColumn = dot(turn(q, cos, sin, 0), turn(k, cos, sin, 2 * width + 2));
      assertTrue(Math.abs(reference - otherRow) > 1e-3);
      assertTrue(Math.abs(reference - otherColumn) > 1e-3);
    }
  }
}
