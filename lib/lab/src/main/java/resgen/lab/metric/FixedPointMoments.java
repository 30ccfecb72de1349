package resgen.lab.metric;

import java.io.Serializable;
import java.math.BigInteger;
import java.util.Arrays;

/**
 * Count, sums and sums of products of feature vectors as 64-bit integers in units of 2⁻³², so that
 * addition is associative: the same vectors give the same sums to the last bit, in whatever order
 * and in however many parts they are added. {@link Moments}, which sums in floating point, does not
 * have that property; its mean and covariance differ from these by rounding, about 10⁻⁹ of a
 * covariance near 1.
 *
 * <p>A product of two features is exact in float64 and is rounded to the unit once. Sums beyond 2³¹
 * are an error, not an overflow. Immutable but for {@link #add}.
 */
public final class FixedPointMoments implements Serializable {

  private static final long serialVersionUID = 1L;
  private static final int FRACTION_BITS = 32;
  private static final double UNIT = 1L << FRACTION_BITS;
  private static final double LARGEST = Long.MAX_VALUE / UNIT;

  private final int dimension;
  private final long[] sums; // [d]
  private final long[] products; // the upper triangle by rows, d·(d + 1) / 2
  private long count;

  /** Of no vectors yet. */
  public FixedPointMoments(int dimension) {
    if (dimension < 1 || dimension > 1 << 15) {
      throw new IllegalArgumentException("dimension " + dimension + " is not in 1 … 32768");
    }
    this.dimension = dimension;
    sums = new long[dimension];
    products = new long[dimension * (dimension + 1) / 2];
  }

  /**
   * Adds vectors laid end to end.
   *
   * @throws IllegalArgumentException if they are no whole number of vectors, or a value is not
   *     finite
   * @throws ArithmeticException if a sum leaves the range of ±2³¹
   */
  public FixedPointMoments add(float[] rows) {
    if (rows.length % dimension != 0) {
      throw new IllegalArgumentException(
          rows.length + " values are no rows of dimension " + dimension);
    }
    for (int at = 0; at < rows.length; at += dimension) {
      int k = 0;
      for (int i = 0; i < dimension; i++) {
        double x = rows[at + i];
        sums[i] = Math.addExact(sums[i], fixed(x, i));
        for (int j = i; j < dimension; j++) {
          products[k] = Math.addExact(products[k], fixed(x * rows[at + j], i));
          k++;
        }
      }
      count++;
    }
    return this;
  }

  private static long fixed(double value, int feature) {
    if (!(Math.abs(value) < LARGEST)) {
      throw Double.isFinite(value)
          ? new ArithmeticException(
              "feature %d: %s is beyond what sums in units of 2^-32 hold".formatted(feature, value))
          : new IllegalArgumentException("feature " + feature + " is " + value);
    }
    return Math.round(value * UNIT);
  }

  /**
   * The sums of both sets of vectors together.
   *
   * @throws IllegalArgumentException if the dimensions differ
   * @throws ArithmeticException if a sum leaves the range of ±2³¹
   */
  public FixedPointMoments merge(FixedPointMoments other) {
    if (other.dimension != dimension) {
      throw new IllegalArgumentException(
          "moments of dimension " + dimension + " and " + other.dimension + " do not merge");
    }
    FixedPointMoments both = new FixedPointMoments(dimension);
    Arrays.setAll(both.sums, i -> Math.addExact(sums[i], other.sums[i]));
    Arrays.setAll(both.products, i -> Math.addExact(products[i], other.products[i]));
    both.count = count + other.count;
    return both;
  }

  /** How many vectors. */
  public long count() {
    return count;
  }

  /** The length of a vector. */
  public int dimension() {
    return dimension;
  }

  /** Σ x, in units of 2⁻³², and Σ x xᵀ, the upper triangle by rows: the sums themselves. */
  public long[] words() {
    long[] all = Arrays.copyOf(sums, sums.length + products.length);
    System.arraycopy(products, 0, all, sums.length, products.length);
    return all;
  }

  /**
   * Mean and covariance. They are computed in integers and rounded once at the end, so that a large
   * mean costs no digits.
   *
   * @throws IllegalStateException of fewer than 2 vectors
   */
  public Moments moments() {
    if (count < 2) {
      throw new IllegalStateException("a covariance needs 2 vectors or more, not " + count);
    }
    double[] mean = new double[dimension];
    double[][] covariance = new double[dimension][dimension];
    BigInteger n = BigInteger.valueOf(count);
    double divisor = (double) count * (count - 1) * UNIT * UNIT;
    int k = 0;
    for (int i = 0; i < dimension; i++) {
      mean[i] = sums[i] / UNIT / count;
      BigInteger own = BigInteger.valueOf(sums[i]);
      for (int j = i; j < dimension; j++) {
        BigInteger scatter =
            BigInteger.valueOf(products[k++])
                .multiply(n)
                .shiftLeft(FRACTION_BITS)
                .subtract(own.multiply(BigInteger.valueOf(sums[j])));
        covariance[i][j] = scatter.doubleValue() / divisor;
        covariance[j][i] = covariance[i][j];
      }
    }
    return Moments.of(mean, covariance, count);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FixedPointMoments m
        && m.count == count
        && Arrays.equals(m.sums, sums)
        && Arrays.equals(m.products, products);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(count) * 31 + Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return "FixedPointMoments(" + count + " vectors of " + dimension + ")";
  }
}
