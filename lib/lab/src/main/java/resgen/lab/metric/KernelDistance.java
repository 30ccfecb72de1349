package resgen.lab.metric;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import resgen.codec.Features;
import resgen.noise.Noise;

/**
 * Kernel distance, KID (Bińkowski et al. 2018): the unbiased squared maximum mean discrepancy under
 * the kernel {@code (x·y/d + 1)³}, averaged over random subsets. Unlike the Fréchet distance it has
 * no bias with few samples, and may come out slightly negative.
 *
 * @param mean the mean over the subsets
 * @param deviation the standard deviation over the subsets, divided by their number (not one less)
 * @param subsets how many subsets
 * @param subsetSize vectors of each set in a subset
 */
public record KernelDistance(double mean, double deviation, int subsets, int subsetSize) {

  private static final String WORK = "the kernel distance";

  /**
   * How to draw subsets.
   *
   * @param subsets how many, at least 1
   * @param subsetSize vectors of each set in a subset, at least 2; smaller sets are taken whole
   * @param seed any number
   */
  public record Settings(int subsets, int subsetSize, long seed) {
    /** Checks the settings. */
    public Settings {
      if (subsets < 1 || subsetSize < 2) {
        throw new IllegalArgumentException(
            "subsets must be at least 1 and their size at least 2: " + subsets + ", " + subsetSize);
      }
    }

    /** 100 subsets of 1000, as in the paper's own code. */
    public static Settings standard() {
      return new Settings(100, 1000, 0);
    }
  }

  /** With the standard settings. */
  public static KernelDistance of(Features a, Features b) {
    return of(a, b, Settings.standard());
  }

  /**
   * The distance between two sets of features.
   *
   * @throws IllegalArgumentException if the dimensions differ or a set has less than 2 vectors
   * @throws java.util.concurrent.CancellationException if interrupted; the interrupt stays set
   */
  public static KernelDistance of(Features a, Features b, Settings settings) {
    Interruptible work = new Interruptible(WORK);
    int size = Math.min(settings.subsetSize(), Math.min(a.count(), b.count()));
    Noise noise = Noise.of(settings.seed()).fork("kernel distance");
    double[] values =
        IntStream.range(0, settings.subsets())
            .parallel()
            .mapToDouble(
                i -> {
                  Features x = pick(a, size, noise, i, 0);
                  return squaredDiscrepancy(x, pick(b, size, noise, i, 1), work);
                })
            .toArray();
    double mean = Arrays.stream(values).sum() / values.length;
    double variance = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / values.length;
    return new KernelDistance(mean, Math.sqrt(variance), settings.subsets(), size);
  }

  /**
   * The unbiased squared maximum mean discrepancy of all vectors at once.
   *
   * @throws IllegalArgumentException if the dimensions differ or a set has less than 2 vectors
   */
  public static double squaredDiscrepancy(Features a, Features b) {
    return squaredDiscrepancy(a, b, new Interruptible(WORK));
  }

  private static double squaredDiscrepancy(Features a, Features b, Interruptible work) {
    Features.checkSameDimension(a, b);
    if (a.count() < 2 || b.count() < 2) {
      throw new IllegalArgumentException(
          "each set needs 2 vectors or more: " + a.count() + ", " + b.count());
    }
    DMatrixRMaj x = matrix(a);
    DMatrixRMaj y = matrix(b);
    work.check();
    double within = withinMean(x);
    work.check();
    within += withinMean(y);
    work.check();
    return within - 2 * betweenMean(x, y);
  }

  /** Mean of the kernel over all ordered pairs of different vectors. */
  private static double withinMean(DMatrixRMaj x) {
    int n = x.numRows;
    DMatrixRMaj products = new DMatrixRMaj(n, n);
    CommonOps_DDRM.multOuter(x, products);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        sum += kernel(products.get(i, j), x.numCols);
      }
    }
    return 2 * sum / ((double) n * (n - 1));
  }

  private static double betweenMean(DMatrixRMaj x, DMatrixRMaj y) {
    DMatrixRMaj products = new DMatrixRMaj(x.numRows, y.numRows);
    CommonOps_DDRM.multTransB(x, y, products);
    double sum = 0;
    for (double product : products.data) {
      sum += kernel(product, x.numCols);
    }
    return sum / products.data.length;
  }

  private static double kernel(double product, int dimension) {
    double base = product / dimension + 1;
    return base * base * base;
  }

  private static Features pick(Features from, int size, Noise noise, int subset, int side) {
    int[] order = noise.stream(subset, side).permutation(from.count());
    return from.subset(Arrays.copyOf(order, size));
  }

  private static DMatrixRMaj matrix(Features features) {
    DMatrixRMaj matrix = new DMatrixRMaj(features.count(), features.dimension());
    for (int i = 0; i < matrix.numRows; i++) {
      for (int j = 0; j < matrix.numCols; j++) {
        matrix.unsafe_set(i, j, features.get(i, j));
      }
    }
    return matrix;
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT, "%.6f ± %.6f (%d subsets of %d)", mean, deviation, subsets, subsetSize);
  }
}
