package resgen.lab.metric;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.EigenDecomposition_F64;

/**
 * The Fréchet distance between two normal distributions (Dowson and Landau 1982), squared, as FID
 * uses it (Heusel et al. 2017):
 *
 * <pre>‖m₁ − m₂‖² + tr S₁ + tr S₂ − 2 tr √(√S₁ S₂ √S₁)</pre>
 *
 * <p>Both roots come from symmetric eigen-decompositions: no complex numbers, no jitter on the
 * diagonal. Directions in which S₁ has no variance beyond round-off are left out, which makes
 * covariances of fewer vectors than dimensions harmless. Such a distance is reproducible to about
 * 1e-5 of the traces.
 *
 * <p>An instance keeps the decomposition of one side, for several distances to it.
 */
public final class Frechet {
  private final Moments moments;
  private final double trace;
  private final DMatrixRMaj factor;

  private Frechet(Moments moments) {
    DMatrixRMaj covariance = moments.covarianceMatrix();
    this.moments = moments;
    this.trace = CommonOps_DDRM.trace(covariance);
    this.factor = factor(covariance);
  }

  /** For distances between these moments and others. */
  public static Frechet of(Moments moments) {
    return new Frechet(moments);
  }

  /**
   * The distance; never negative.
   *
   * @throws IllegalArgumentException if the dimensions differ
   */
  public static double distance(Moments a, Moments b) {
    return of(a).to(b);
  }

  /**
   * The distance to other moments; never negative.
   *
   * @throws IllegalArgumentException if the dimensions differ
   */
  public double to(Moments other) {
    if (moments.dimension() != other.dimension()) {
      throw new IllegalArgumentException(
          "moments of dimension "
              + moments.dimension()
              + " and "
              + other.dimension()
              + " cannot be compared");
    }
    DMatrixRMaj covariance = other.covarianceMatrix();
    double traces = trace + CommonOps_DDRM.trace(covariance);
    return Math.max(0, meanTerm(moments, other) + traces - 2 * traceOfRoot(factor, covariance));
  }

  /** The part of the distance that the means alone make. */
  public static double meanTerm(Moments a, Moments b) {
    double[] x = a.mean();
    double[] y = b.mean();
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += (x[i] - y[i]) * (x[i] - y[i]);
    }
    return sum;
  }

  /**
   * tr √(√S₁ S₂ √S₁). With S₁ = V Λ Vᵀ and A = V √Λ, the matrix under the root has the eigenvalues
   * of Aᵀ S₂ A, which needs no second pair of products with V.
   *
   * @param factor Aᵀ
   */
  private static double traceOfRoot(DMatrixRMaj factor, DMatrixRMaj second) {
    int rank = factor.numRows;
    if (rank == 0) {
      return 0;
    }
    DMatrixRMaj half = new DMatrixRMaj(rank, second.numCols);
    CommonOps_DDRM.mult(factor, second, half);
    DMatrixRMaj product = new DMatrixRMaj(rank, rank);
    CommonOps_DDRM.multTransB(half, factor, product);
    symmetrize(product);
    double sum = 0;
    EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(product, false);
    for (int i = 0; i < rank; i++) {
      sum += Math.sqrt(Math.max(0, eigen.getEigenvalue(i).real));
    }
    return sum;
  }

  /** Aᵀ with A Aᵀ = S, one row for each eigenvalue above round-off. */
  private static DMatrixRMaj factor(DMatrixRMaj s) {
    int d = s.numRows;
    EigenDecomposition_F64<DMatrixRMaj> eigen = eigen(s, true);
    double largest = 0;
    for (int i = 0; i < d; i++) {
      largest = Math.max(largest, eigen.getEigenvalue(i).real);
    }
    double floor = largest * d * Math.ulp(1.0);
    double[] factor = new double[d * d];
    int rank = 0;
    for (int i = 0; i < d; i++) {
      double value = eigen.getEigenvalue(i).real;
      if (value > floor) {
        double root = Math.sqrt(value);
        DMatrixRMaj vector = eigen.getEigenVector(i);
        for (int j = 0; j < d; j++) {
          factor[rank * d + j] = root * vector.get(j);
        }
        rank++;
      }
    }
    return DMatrixRMaj.wrap(rank, d, factor);
  }

  private static EigenDecomposition_F64<DMatrixRMaj> eigen(DMatrixRMaj symmetric, boolean vectors) {
    EigenDecomposition_F64<DMatrixRMaj> eigen =
        DecompositionFactory_DDRM.eig(symmetric.numRows, vectors, true);
    if (!eigen.decompose(symmetric.copy())) {
      throw new ArithmeticException(
          "no eigen-decomposition of a "
              + symmetric.numRows
              + "-d covariance; largest entry "
              + CommonOps_DDRM.elementMaxAbs(symmetric));
    }
    return eigen;
  }

  private static void symmetrize(DMatrixRMaj m) {
    for (int i = 0; i < m.numRows; i++) {
      for (int j = 0; j < i; j++) {
        double middle = (m.get(i, j) + m.get(j, i)) / 2;
        m.set(i, j, middle);
        m.set(j, i, middle);
      }
    }
  }
}
