package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.SingularValueDecomposition_F64;
import org.junit.jupiter.api.Test;
import resgen.codec.Features;
import resgen.noise.Noise;

class FrechetTest {
  private static Moments diagonal(double mean, double... variances) {
    double[][] covariance = new double[variances.length][variances.length];
    double[] means = new double[variances.length];
    for (int i = 0; i < variances.length; i++) {
      covariance[i][i] = variances[i];
      means[i] = mean;
    }
    return Moments.of(means, covariance, 100);
  }

  private static Features gaussian(int n, int d, double shift, double scale, long key) {
    float[] values = Noise.of(5).stream(key).gaussians(n * d);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) (shift + scale * (1 + i % d) / d * values[i]);
    }
    return Features.of(d, values);
  }

  @Test
  void goldenValue() {
    Moments a = Moments.of(new double[] {0, 1}, new double[][] {{2, .5}, {.5, 1}}, 2);
    Moments b = Moments.of(new double[] {.5, .5}, new double[][] {{1, -.2}, {-.2, 3}}, 2);
    assertEquals(1.383817311199, Frechet.distance(a, b), 1e-11);
    assertEquals(1.383817311199, Frechet.distance(b, a), 1e-11);
    assertEquals(0.5, Frechet.meanTerm(a, b), 1e-15);
  }

  @Test
  void commutingCovariancesHaveAClosedForm() {
    // Σ (m₁−m₂)² + Σ (σ₁−σ₂)²
    double expected = 3 * 4 + 1 + 4 + 0;
    Moments a = diagonal(1, 4, 9, 0.25);
    Moments b = diagonal(3, 1, 25, 0.25);
    assertEquals(expected, Frechet.distance(a, b), 1e-12);
  }

  @Test
  void zeroToItselfAndWithoutVarianceTheMeansAlone() {
    Moments a = Moments.of(gaussian(500, 20, 1, 2, 1));
    assertEquals(0, Frechet.distance(a, a), 1e-10);
    assertEquals(4 * 2, Frechet.distance(diagonal(0, 0, 0), diagonal(2, 0, 0)), 0);
    assertEquals(5, Frechet.distance(diagonal(0, 0, 0), diagonal(0, 2, 3)), 1e-12);
  }

  @Test
  void fewerVectorsThanDimensionsAgreeWithTheNuclearNorm() {
    Features x = gaussian(12, 60, 0, 3, 2);
    Features y = gaussian(25, 60, 0.5, 2, 3);
    Moments a = Moments.of(x);
    Moments b = Moments.of(y);
    // With S₁ = XᵀX and S₂ = YᵀY the trace of the root is the sum of singular values of X Yᵀ.
    DMatrixRMaj product = new DMatrixRMaj(12, 25);
    CommonOps_DDRM.multTransB(centred(x), centred(y), product);
    SingularValueDecomposition_F64<DMatrixRMaj> svd =
        DecompositionFactory_DDRM.svd(12, 25, false, false, true);
    assertTrue(svd.decompose(product));
    double nuclear = 0;
    for (int i = 0; i < svd.numberOfSingularValues(); i++) {
      nuclear += svd.getSingularValues()[i];
    }
    double expected = Frechet.meanTerm(a, b) + trace(a) + trace(b) - 2 * nuclear;
    assertEquals(expected, Frechet.distance(a, b), 1e-5 * expected);
    assertEquals(expected, Frechet.distance(b, a), 1e-5 * expected);
    assertEquals(0, Frechet.distance(a, a), 1e-5 * trace(a));
  }

  private static double trace(Moments m) {
    double sum = 0;
    for (int i = 0; i < m.dimension(); i++) {
      sum += m.covariance()[i][i];
    }
    return sum;
  }

  /** Rows less their mean, over the root of n − 1. */
  private static DMatrixRMaj centred(Features f) {
    double[] mean = Moments.of(f).mean();
    DMatrixRMaj m = new DMatrixRMaj(f.count(), f.dimension());
    for (int i = 0; i < f.count(); i++) {
      for (int j = 0; j < f.dimension(); j++) {
        m.set(i, j, (f.get(i, j) - mean[j]) / Math.sqrt(f.count() - 1));
      }
    }
    return m;
  }

  @Test
  void aConstantFeatureChangesNothing() {
    double[][] narrow = {{2, .5}, {.5, 1}};
    double[][] wide = {{2, 0, .5}, {0, 0, 0}, {.5, 0, 1}};
    double[][] otherNarrow = {{1, -.2}, {-.2, 3}};
    double[][] otherWide = {{1, 0, -.2}, {0, 0, 0}, {-.2, 0, 3}};
    assertEquals(
        Frechet.distance(
            Moments.of(new double[2], narrow, 9), Moments.of(new double[2], otherNarrow, 9)),
        Frechet.distance(
            Moments.of(new double[3], wide, 9), Moments.of(new double[3], otherWide, 9)),
        1e-12);
  }

  @Test
  void growsWithNoiseAndRefusesOtherDimensions() {
    Moments clean = Moments.of(gaussian(2000, 10, 0, 1, 4));
    double little = Frechet.distance(clean, Moments.of(gaussian(2000, 10, 0.1, 1, 5)));
    double much = Frechet.distance(clean, Moments.of(gaussian(2000, 10, 1, 1, 6)));
    assertTrue(0 < little && little < much);
    assertEquals(10, much, 0.5);
    assertThrows(IllegalArgumentException.class, () -> Frechet.distance(clean, diagonal(0, 1, 1)));
  }
}
