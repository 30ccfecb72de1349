package resgen.lab.bench;

import java.util.Arrays;

/**
 * A straight line through points.
 *
 * @param slope rise per unit of x
 * @param start the value at x = 0
 */
public record Line(double slope, double start) {

  /** The line of least squares; at least two different x. */
  public static Line leastSquares(double[] x, double[] y) {
    check(x, y);
    double meanX = Arrays.stream(x).average().orElseThrow();
    double meanY = Arrays.stream(y).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < x.length; i++) {
      xy += (x[i] - meanX) * (y[i] - meanY);
      xx += (x[i] - meanX) * (x[i] - meanX);
    }
    double slope = xy / xx;
    return new Line(slope, meanY - slope * meanX);
  }

  private static void check(double[] x, double[] y) {
    if (x.length != y.length || Arrays.stream(x).distinct().count() < 2) {
      throw new IllegalArgumentException(
          "a line needs as many y as x and two different x, not %d and %s"
              .formatted(y.length, Arrays.toString(x)));
    }
  }

  /** The value at x. */
  public double at(double x) {
    return start + slope * x;
  }

  /** The x at which the value is y. */
  public double where(double y) {
    return (y - start) / slope;
  }
}
