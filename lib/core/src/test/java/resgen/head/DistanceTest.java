package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Mixtures at the smallest scale, log a = −4, of targets that lie on their means: |z̃|² is then some
 * thousand times the distances, and float32 keeps of a difference of such squares hardly anything.
 */
class DistanceTest {

  private static final int K = 6;
  private static final int POSITIONS = 24;

  /** Targets of unit variance within a few scales of one component's mean. */
  private static HeadCase near(HeadSpec.Mixture means, int h) {
    HeadCase c = HeadCase.random(means, POSITIONS, 4, h, 1);
    double scale = Math.exp(-4);
    double[] bias = c.values.get("bias");
    Arrays.fill(c.values.get("weight"), 0);
    Arrays.fill(c.values.get("unit"), 0);
    int d = means.meanOutputs(h);
    boolean full = means.means() == HeadSpec.Means.FULL;
    double[] centres = full ? bias : c.values.get("offset");
    for (int v = 0; v < K; v++) {
      for (int i = 0; i < h; i++) { // means that are a few units apart, around one of length |z̃|
        double common = Math.sin(i) / scale;
        double own = .5 * Math.cos(7.3 * v + i);
        centres[(full ? K : 0) + v * h + i] = (float) (common + own);
      }
    }
    Arrays.fill(bias, K + K * d, K + K * d + h, 0);
    bias[bias.length - 1] = -4;
    for (int n = 0; n < POSITIONS; n++) {
      double[] mean = MixtureLossTest.reference(c, n).means[n % K];
      for (int i = 0; i < h; i++) {
        c.z[n * h + i] = (float) (scale * (mean[i] + .3 * Math.sin(3.1 * i + n)));
      }
    }
    return c;
  }

  /** Bounds are absolute, of numbers of order 1: the errors of the responsibilities, in nats. */
  @ParameterizedTest
  @CsvSource({"full, 64, 1e-3", "full, 512, 4e-3", "low, 64, 1e-2", "low, 512, 5e-2"})
  void termsAreThoseOfFloat64(String kind, int h, double bound) {
    HeadSpec.Mixture means =
        kind.equals("full") ? HeadSpec.Mixture.full(K) : HeadSpec.Mixture.lowRank(K, 8);
    try (HeadCase c = near(means, h)) {
      MixtureHead.Terms terms = c.terms();
      for (int n = 0; n < POSITIONS; n++) {
        MixtureReference r = MixtureLossTest.reference(c, n);
        double[] q = r.responsibilities(0);
        assertTrue(Arrays.stream(q).max().getAsDouble() < 1 - 1e-9 || h > 64, "nothing to share");
        assertEquals(r.exact(), terms.exact().getFloat(n), bound, "nll at " + n);
        assertEquals(r.regression(q), terms.regression().getFloat(n), bound, "regression at " + n);
        assertEquals(r.divergence(q), terms.divergence().getFloat(n), bound, "divergence at " + n);
      }
    }
  }
}
