package resgen.lab.metric;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import resgen.codec.Features;
import resgen.torch.Torch;

/**
 * Count, mean and covariance of feature vectors in float64; immutable.
 *
 * <p>Moments of parts merge into those of the whole by the pairwise update of Chan, Golub and
 * LeVeque (1979): deviations are always taken from a part's own mean, so neither a large offset nor
 * the order of the rows costs digits.
 */
public final class Moments {
  private final long count;
  private final double[] mean;
  private final DMatrixRMaj scatter;

  private Moments(long count, double[] mean, DMatrixRMaj scatter) {
    this.count = count;
    this.mean = mean;
    this.scatter = scatter;
  }

  /**
   * Moments known otherwise, for example published reference statistics.
   *
   * @param covariance symmetric, divided by {@code count - 1}
   * @param count vectors behind it, at least 2
   */
  public static Moments of(double[] mean, double[][] covariance, long count) {
    int d = mean.length;
    if (count < 2 || d == 0 || covariance.length != d) {
      throw new IllegalArgumentException(
          "a mean of "
              + d
              + " needs as many covariance rows, not "
              + covariance.length
              + ", and a count of 2 or more, not "
              + count);
    }
    DMatrixRMaj scatter = new DMatrixRMaj(d, d);
    for (int i = 0; i < d; i++) {
      if (covariance[i].length != d) {
        throw new IllegalArgumentException(
            "covariance row " + i + " has " + covariance[i].length + " values, expected " + d);
      }
      for (int j = 0; j < d; j++) {
        double value = covariance[i][j];
        if (!(Math.abs(value - covariance[j][i]) <= 1e-9 * (1 + Math.abs(value)))) {
          throw new IllegalArgumentException(
              "covariance is not symmetric at "
                  + i
                  + ", "
                  + j
                  + ": "
                  + value
                  + " and "
                  + covariance[j][i]);
        }
        scatter.set(i, j, (value + covariance[j][i]) / 2 * (count - 1));
      }
    }
    return new Moments(count, mean.clone(), scatter);
  }

  /** Mean and covariance of the rows of features. */
  public static Moments of(Features features) {
    if (Torch.onGpu()) {
      int[] once = new int[features.count()];
      Arrays.fill(once, 1);
      return DeviceMoments.of(features, once, Torch.device());
    }
    return new Accumulator(features.dimension()).add(features.flat()).moments();
  }

  /**
   * Mean and covariance of the rows, each as many times as its count says.
   *
   * @param counts one for each row, 0 or more
   */
  public static Moments of(Features features, int[] counts) {
    if (Torch.onGpu()) {
      return DeviceMoments.of(features, counts, Torch.device());
    }
    return new Accumulator(features.dimension()).add(features.flat(), counts).moments();
  }

  /** Of no vectors. */
  static Moments none(int dimension) {
    return new Moments(0, new double[dimension], new DMatrixRMaj(dimension, dimension));
  }

  /**
   * Moments that were summed elsewhere.
   *
   * @param scatter Σ (x − mean)(x − mean)ᵀ, taken over
   */
  static Moments ofScatter(long count, double[] mean, DMatrixRMaj scatter) {
    return new Moments(count, mean, scatter);
  }

  /** How many vectors. */
  public long count() {
    return count;
  }

  /** The length of a vector. */
  public int dimension() {
    return mean.length;
  }

  /** The mean; a copy. */
  public double[] mean() {
    return mean.clone();
  }

  /** The unbiased covariance, divided by {@code count - 1}, as rows. */
  public double[][] covariance() {
    DMatrixRMaj covariance = covarianceMatrix();
    int d = dimension();
    double[][] rows = new double[d][];
    for (int i = 0; i < d; i++) {
      rows[i] = Arrays.copyOfRange(covariance.data, i * d, (i + 1) * d);
    }
    return rows;
  }

  /** The covariance for further arithmetic; a copy. */
  DMatrixRMaj covarianceMatrix() {
    if (count < 2) {
      throw new IllegalStateException("a covariance needs 2 vectors or more, not " + count);
    }
    DMatrixRMaj covariance = scatter.copy();
    CommonOps_DDRM.divide(covariance, count - 1);
    return covariance;
  }

  /** The moments of both sets of vectors together. */
  public Moments merge(Moments other) {
    if (other.dimension() != dimension()) {
      throw new IllegalArgumentException(
          "moments of dimension " + dimension() + " and " + other.dimension() + " do not merge");
    }
    if (other.count == 0) {
      return this;
    }
    if (count == 0) {
      return other;
    }
    int d = dimension();
    long n = count + other.count;
    double[] delta = new double[d];
    double[] merged = new double[d];
    for (int i = 0; i < d; i++) {
      delta[i] = other.mean[i] - mean[i];
      merged[i] = mean[i] + delta[i] * other.count / n;
    }
    double weight = (double) count * other.count / n;
    double[] sum = new double[d * d];
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        int at = i * d + j;
        sum[at] = scatter.data[at] + other.scatter.data[at] + weight * delta[i] * delta[j];
      }
    }
    return new Moments(n, merged, DMatrixRMaj.wrap(d, d, sum));
  }

  @Override
  public String toString() {
    return "Moments(" + count + " vectors of " + dimension() + ")";
  }

  /** Takes vectors as they come; holds a buffer of some hundred rows and the moments so far. */
  public static final class Accumulator {
    private static final int BUFFER_ROWS = 256;

    private final int dimension;
    private final double[] buffer;
    private final int[] times = new int[BUFFER_ROWS];
    private int buffered;
    private Moments moments;

    /** For vectors of this length. */
    public Accumulator(int dimension) {
      if (dimension < 1) {
        throw new IllegalArgumentException("dimension must be at least 1, not " + dimension);
      }
      this.dimension = dimension;
      this.buffer = new double[Math.multiplyExact(BUFFER_ROWS, dimension)];
      this.moments = none(dimension);
    }

    /**
     * Adds vectors laid end to end.
     *
     * @throws IllegalArgumentException if they are no whole number of vectors, or not all finite
     */
    public Accumulator add(float[] rows) {
      if (rows.length % dimension != 0) {
        throw new IllegalArgumentException(
            rows.length + " values are no rows of dimension " + dimension);
      }
      for (int row = 0; row < rows.length / dimension; row++) {
        add(rows, row, 1);
      }
      return this;
    }

    /**
     * Adds vectors laid end to end, each as many times as its count says.
     *
     * @param counts one for each vector, 0 or more
     * @throws IllegalArgumentException if there is not a count for each vector, one is negative, or
     *     a vector that counts is not finite
     */
    public Accumulator add(float[] rows, int[] counts) {
      if (rows.length != (long) counts.length * dimension) {
        throw new IllegalArgumentException(
            rows.length + " values are not " + counts.length + " rows of dimension " + dimension);
      }
      for (int row = 0; row < counts.length; row++) {
        if (counts[row] < 0) {
          throw new IllegalArgumentException("count " + counts[row] + " of vector " + row);
        }
        if (counts[row] > 0) {
          add(rows, row, counts[row]);
        }
      }
      return this;
    }

    private void add(float[] rows, int row, int count) {
      int at = row * dimension;
      for (int i = 0; i < dimension; i++) {
        if (!Float.isFinite(rows[at + i])) {
          throw new IllegalArgumentException(
              "feature " + i + " of vector " + row + " is " + rows[at + i]);
        }
        buffer[buffered * dimension + i] = rows[at + i];
      }
      times[buffered] = count;
      if (++buffered == BUFFER_ROWS) {
        flush();
      }
    }

    /** The moments of all vectors added so far; more may be added afterwards. */
    public Moments moments() {
      flush();
      return moments;
    }

    private void flush() {
      if (buffered == 0) {
        return;
      }
      long total = 0;
      for (int row = 0; row < buffered; row++) {
        total += times[row];
      }
      double[] mean = new double[dimension];
      for (int row = 0; row < buffered; row++) {
        for (int i = 0; i < dimension; i++) {
          mean[i] += times[row] * buffer[row * dimension + i] / total;
        }
      }
      for (int row = 0; row < buffered; row++) {
        double root = Math.sqrt(times[row]); // the scatter is of rows by their transposes
        for (int i = 0; i < dimension; i++) {
          int at = row * dimension + i;
          buffer[at] = root * (buffer[at] - mean[i]);
        }
      }
      DMatrixRMaj scatter = new DMatrixRMaj(dimension, dimension);
      CommonOps_DDRM.multInner(DMatrixRMaj.wrap(buffered, dimension, buffer), scatter);
      moments = moments.merge(new Moments(total, mean, scatter));
      buffered = 0;
    }
  }
}
