package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.quantize.TokenStatistics;

/**
 * Mixtures at the smallest scale, log a = −4, of targets that lie on their means: |z̃|² is then
 * some thousand times the distances, and float32 keeps of a difference of such squares hardly
 * anything.
 */
class DistanceTest {

  private static final int K = 6;
  private static final int POSITIONS = 24;

  /** Targets of unit variance within a few scales of one component's mean. */
  private static HeadCase near(HeadSpec.Mixture means, int h, int depth) {
    HeadCase c = HeadCase.random(means, POSITIONS, 4, h, depth);
    double scale = Math.exp(-4);
    double[] bias = c.values.get("bias");
    Arrays.fill(c.values.get("weight"), 0);
    Arrays.fill(c.values.get("unit"), 0);
    int d = means.meanOutputs(h);
    boolean full = means.means() == HeadSpec.Means.FULL;
    double[] centres = full ? bias : c.values.get("offset");
    for (int row = 0; row < K * depth; row++) {
      for (int i = 0; i < h; i++) { // means that are a few units apart, around one of length |z̃|
        double common = Math.sin(i + row / K) / scale;
        double own = .5 * Math.cos(7.3 * (row % K) + i);
        centres[(full ? K : 0) + row * h + i] = (float) (common + own);
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

  /** Bounds are absolute, in nats; the numbers themselves are −195 and −1565. */
  @ParameterizedTest
  @CsvSource({
    "full, 64, 1e-4",
    "full, 512, 1e-3",
    "low, 64, 2e-4",
    "low, 512, 2e-3",
    "anchored, 24, 1e-4",
    "anchored, 64, 1e-4",
    "anchored, 512, 1e-3"
  })
  void termsAreThoseOfFloat64(String kind, int h, double bound) {
    HeadSpec.Mixture means =
        switch (kind) {
          case "full" -> HeadSpec.Mixture.full(K);
          case "low" -> HeadSpec.Mixture.lowRank(K, 8);
          default -> HeadSpec.Mixture.anchored(K, 0);
        };
    try (HeadCase c = near(means, h, kind.equals("anchored") ? 3 : 1)) {
      assertTerms(c, bound);
    }
  }

  private static void assertTerms(HeadCase c, double bound) {
    MixtureHead.Terms terms = c.terms();
    for (int n = 0; n < POSITIONS; n++) {
      MixtureReference r = MixtureLossTest.reference(c, n);
      double[] q = r.responsibilities(0);
      assertEquals(r.exact(), terms.exact().getFloat(n), bound, "nll at " + n);
      assertEquals(r.regression(q), terms.regression().getFloat(n), bound, "regression at " + n);
      assertEquals(r.divergence(q), terms.divergence().getFloat(n), bound, "divergence at " + n);
    }
  }

  /** Anchored means bring a least scale with the data, so that |z̃|² stays some hundred times H. */
  @ParameterizedTest
  @CsvSource({"24, 1e-4", "64, 3e-4", "512, 3e-3"})
  void anchoredTermsAtTheirLeastScaleAreThoseOfFloat64(int h, double bound) {
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.anchored(K, 0), POSITIONS, 4, h, 2)) {
      float[][] codes = new float[2][K / 3 * h]; // depth 2's, then those of depth 1
      for (int level = 0; level < 2; level++) {
        for (int i = 0; i < codes[level].length; i++) {
          codes[level][i] = (float) ((level == 0 ? .35 : 1) * Math.sin(1.7 * i + level));
        }
      }
      c.head.start(new TokenStatistics(new double[] {.25, .75}, codes));
      c.parameters
          .arrays()
          .forEach((name, array) -> c.values.put(name, HeadCase.doubles(array.toFloatArray())));
      Arrays.fill(c.values.get("weight"), 0);
      double[] bias = c.values.get("bias");
      Arrays.fill(bias, 0);
      bias[bias.length - 1] = -9; // to the floor
      for (int n = 0; n < POSITIONS; n++) {
        int at = n / 2 % (K / 3) * h;
        for (int i = 0; i < h; i++) {
          float code = codes[c.level[n]][at + i];
          c.z[n * h + i] = (float) (code + .02 * Math.sin(3.1 * i + n));
        }
      }
      assertTerms(c, bound);
    }
  }
}
