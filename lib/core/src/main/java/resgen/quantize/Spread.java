package resgen.quantize;

/**
 * How vectors lie around their mean: squared deviations, gathered batch by batch in float64 (Chan,
 * Golub and LeVeque 1979). They are sums of squares, so that no cancellation makes them negative.
 */
public final class Spread {

  /** Vectors whose deviation is below this part of their length are equal up to rounding. */
  private static final double ROUNDING = 1e-6;

  private final double[] mean;
  private final double[] deviations; // Σ (x − mean)², by dimension
  private long count;

  /** Of no vectors yet, of a dimension. */
  public Spread(int dimension) {
    mean = new double[dimension];
    deviations = new double[dimension];
  }

  /** Adds vectors, {@code [N, H]} in row order. */
  public void add(float[] values) {
    int h = mean.length;
    int rows = values.length / h;
    if (rows == 0) {
      return;
    }
    double[] here = new double[h];
    double[] squares = new double[h];
    for (int i = 0; i < values.length; i++) {
      here[i % h] += values[i] / (double) rows;
    }
    for (int i = 0; i < values.length; i++) {
      double from = values[i] - here[i % h];
      squares[i % h] += from * from;
    }
    double all = count + rows;
    for (int k = 0; k < h; k++) {
      double between = here[k] - mean[k];
      mean[k] += between * rows / all;
      deviations[k] += squares[k] + between * between * count * rows / all;
    }
    count += rows;
  }

  /** How many vectors there were. */
  public long count() {
    return count;
  }

  /** The variance around the mean, averaged over the dimensions; 0 or more. */
  public double variance() {
    double sum = 0;
    for (double d : deviations) {
      sum += d;
    }
    return sum / ((double) Math.max(1, count) * mean.length);
  }

  /** Whether the vectors are finite and not all the same, up to rounding. */
  public boolean varies() {
    double variance = variance();
    return Double.isFinite(variance) && variance > ROUNDING * ROUNDING * square(variance);
  }

  private double square(double variance) {
    double square = variance;
    for (double m : mean) {
      square += m * m / mean.length;
    }
    return square;
  }

  /**
   * The root of the variance, of vectors that are not all the same.
   *
   * @param what the vectors are, for the message
   * @throws IllegalArgumentException if they are equal up to rounding, or not finite
   */
  public double deviation(String what) {
    double variance = variance();
    if (!Double.isFinite(variance)) {
      throw new IllegalArgumentException(
          "%s are not finite: their variance is %s".formatted(what, variance));
    }
    if (!varies()) {
      throw new IllegalArgumentException(
          "%s have no spread: all %,d are equal (standard deviation %.3g at a root mean square of %.3g)"
              .formatted(what, count, Math.sqrt(variance), Math.sqrt(square(variance))));
    }
    return Math.sqrt(variance);
  }
}
