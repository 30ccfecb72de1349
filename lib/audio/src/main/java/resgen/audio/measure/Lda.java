package resgen.audio.measure;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;
import resgen.settings.Hashes;

/**
 * Linear discriminant analysis: the directions in which classes differ most over how they vary in
 * themselves (Fisher 1936; Rao 1948), with a shrunk within-class covariance.
 */
public final class Lda {

  private final double[] mean; // [dimension]
  private final DMatrixRMaj projection; // [dimension, directions]

  private Lda(double[] mean, DMatrixRMaj projection) {
    this.mean = mean;
    this.projection = projection;
  }

  /**
   * Fits directions.
   *
   * @param rows vectors, {@code [n][dimension]}
   * @param classes of each, from 0
   * @param directions at most the dimension and one less than the classes
   * @param shrinkage λ in (0, 1): S_w ← (1 − λ)·S_w + λ·diag(S_w)
   * @throws IllegalArgumentException if there are too few vectors or classes
   */
  public static Lda fit(double[][] rows, int[] classes, int directions, double shrinkage) {
    int n = rows.length;
    int d = n == 0 ? 0 : rows[0].length;
    int count = Arrays.stream(classes).max().orElse(-1) + 1;
    if (directions < 1 || directions > Math.min(d, count - 1) || n < count + 1) {
      throw new IllegalArgumentException(
          "%d directions of %d vectors of dimension %d in %d classes"
              .formatted(directions, n, d, count));
    }
    double[] mean = new double[d];
    double[][] means = new double[count][d];
    int[] sizes = new int[count];
    for (int i = 0; i < n; i++) {
      sizes[classes[i]]++;
      for (int k = 0; k < d; k++) {
        mean[k] += rows[i][k] / n;
        means[classes[i]][k] += rows[i][k];
      }
    }
    DMatrixRMaj within = new DMatrixRMaj(d, d);
    DMatrixRMaj between = new DMatrixRMaj(d, d);
    for (int c = 0; c < count; c++) {
      double[] offset = new double[d];
      for (int k = 0; k < d; k++) {
        means[c][k] /= Math.max(1, sizes[c]);
        offset[k] = sizes[c] == 0 ? 0 : means[c][k] - mean[k];
      }
      add(between, offset, sizes[c] / (double) n);
    }
    for (int i = 0; i < n; i++) {
      double[] offset = new double[d];
      for (int k = 0; k < d; k++) {
        offset[k] = rows[i][k] - means[classes[i]][k];
      }
      add(within, offset, 1.0 / n);
    }
    for (int i = 0; i < d; i++) {
      for (int j = 0; j < d; j++) {
        if (i != j) {
          within.set(i, j, (1 - shrinkage) * within.get(i, j));
        }
      }
    }
    DMatrixRMaj whitening = whitening(within); // S_w^{-1/2}
    DMatrixRMaj half = new DMatrixRMaj(d, d);
    DMatrixRMaj white = new DMatrixRMaj(d, d);
    CommonOps_DDRM.mult(whitening, between, half);
    CommonOps_DDRM.mult(half, whitening, white);
    DMatrixRMaj vectors = leading(white, directions);
    DMatrixRMaj projection = new DMatrixRMaj(d, directions);
    CommonOps_DDRM.mult(whitening, vectors, projection);
    return new Lda(mean, projection);
  }

  private static void add(DMatrixRMaj sum, double[] v, double weight) {
    for (int i = 0; i < v.length; i++) {
      for (int j = 0; j < v.length; j++) {
        sum.add(i, j, weight * v[i] * v[j]);
      }
    }
  }

  private static DMatrixRMaj whitening(DMatrixRMaj covariance) {
    int d = covariance.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(covariance);
    double largest = 0;
    for (int i = 0; i < d; i++) {
      largest = Math.max(largest, eigen.getEigenvalue(i).getReal());
    }
    DMatrixRMaj root = new DMatrixRMaj(d, d);
    for (int i = 0; i < d; i++) {
      double value = eigen.getEigenvalue(i).getReal();
      if (value > 1e-12 * largest) {
        add(root, eigen.getEigenVector(i).getData(), 1 / Math.sqrt(value));
      }
    }
    return root;
  }

  /** The eigenvectors of the largest eigenvalues, as columns; the largest entry is positive. */
  static DMatrixRMaj leading(DMatrixRMaj symmetric, int count) {
    EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(symmetric);
    Integer[] order = new Integer[symmetric.numRows];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        (a, b) ->
            Double.compare(eigen.getEigenvalue(b).getReal(), eigen.getEigenvalue(a).getReal()));
    DMatrixRMaj vectors = new DMatrixRMaj(symmetric.numRows, count);
    for (int j = 0; j < count; j++) {
      double[] vector = eigen.getEigenVector(order[j]).getData();
      double largest = 0;
      for (double v : vector) {
        largest = Math.abs(v) > Math.abs(largest) ? v : largest;
      }
      for (int i = 0; i < vector.length; i++) {
        vectors.set(i, j, largest < 0 ? -vector[i] : vector[i]);
      }
    }
    return vectors;
  }

  private static EigenDecomposition_F64<DMatrixRMaj> eigen(DMatrixRMaj symmetric) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(symmetric.numRows, true, true);
    if (!eigen.decompose(symmetric.copy())) {
      throw new IllegalStateException("an eigen-decomposition does not converge");
    }
    return eigen;
  }

  /** The vector's components along the directions. */
  public double[] apply(double[] row) {
    double[] out = new double[projection.numCols];
    for (int j = 0; j < out.length; j++) {
      for (int i = 0; i < mean.length; i++) {
        out[j] += (row[i] - mean[i]) * projection.get(i, j);
      }
    }
    return out;
  }

  /** 12 hexadecimal digits of its numbers, rounded to float32. */
  public String hash() {
    MessageDigest digest = Hashes.digest();
    ByteBuffer bytes = ByteBuffer.allocate(4 * (mean.length + projection.getNumElements()));
    for (double m : mean) {
      bytes.putFloat((float) m);
    }
    for (int i = 0; i < projection.getNumElements(); i++) {
      bytes.putFloat((float) projection.get(i));
    }
    digest.update(bytes.array());
    return Hashes.shortHex(digest);
  }
}
