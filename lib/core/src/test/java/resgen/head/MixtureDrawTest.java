package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.noise.Noise;
import resgen.torch.Torch;

class MixtureDrawTest {

  private static final double[] WEIGHTS = {.05, .4, .02, .25, .08, .2};

  private static HeadSpec.Mixture means(int rank) {
    return rank == 0 ? HeadSpec.Mixture.full(6) : HeadSpec.Mixture.lowRank(6, rank);
  }

  /** One distribution at every position: weights above, means and shift from noise, a = .5. */
  private static HeadCase same(int positions, int rank) {
    HeadCase c = HeadCase.random(means(rank), positions, 4, 3, 1);
    Arrays.fill(c.values.get("weight"), 0);
    double[] bias = c.values.get("bias");
    for (int v = 0; v < 6; v++) {
      bias[v] = 2 + Math.log(WEIGHTS[v]);
    }
    bias[bias.length - 1] = Math.log(.5);
    c.values.get("unit")[0] = 0;
    c.load();
    return c;
  }

  private static MixtureHead.Drawn draw(HeadCase c, double topP, double spread) {
    Noise noise = Noise.of(5);
    return c.head.draw(
        c.hiddenArray(),
        c.levels(),
        Torch.floats(c.manager, noise.stream(1).uniforms(c.positions), c.positions),
        Torch.floats(
            c.manager,
            noise.stream(2).gaussians(c.positions * c.dimension),
            c.positions,
            c.dimension),
        new Draw(topP, spread, 1));
  }

  private static double[] counts(long[] picks) {
    double[] counts = new double[6];
    for (long pick : picks) {
      counts[(int) pick]++;
    }
    return counts;
  }

  /** Weights sorted: .4 .25 .2 .08 .05 .02; their sums: .4 .65 .85 .93 .98 1. */
  @ParameterizedTest
  @CsvSource({"1, 6", "0.99, 6", "0.95, 5", "0.9, 4", "0.7, 3", "0.66, 3", "0.6, 2", "0.05, 1"})
  void frequenciesAreTheKeptWeights(double topP, int kept) {
    int n = 20_000;
    try (HeadCase c = same(n, 0)) {
      double[] counts = counts(draw(c, topP, 1).component().toLongArray());
      double[] sorted = WEIGHTS.clone();
      Arrays.sort(sorted);
      double least = sorted[6 - kept];
      double total = Arrays.stream(WEIGHTS).filter(w -> w >= least).sum();
      double chi = 0;
      for (int v = 0; v < 6; v++) {
        if (WEIGHTS[v] < least) {
          assertEquals(0, counts[v], "component " + v + " is outside of the top-p set");
        } else {
          double expected = n * WEIGHTS[v] / total;
          assertTrue(counts[v] > 0, "component " + v + " is in the top-p set");
          chi += Math.pow(counts[v] - expected, 2) / expected;
        }
      }
      assertTrue(chi < 25.7, "chi-squared with at most 5 degrees (p = 0.0001): " + chi);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, .9})
  void evenlySpacedUniformsGiveTheWeightsToOneDraw(double topP) {
    int n = 4000;
    try (HeadCase c = same(n, 0)) {
      float[] uniform = new float[n];
      for (int i = 0; i < n; i++) {
        uniform[i] = (i + .5f) / n;
      }
      NDArray zero = Torch.floats(c.manager, new float[n * 3], n, 3);
      double[] counts =
          counts(
              c.head
                  .draw(
                      c.hiddenArray(),
                      c.levels(),
                      Torch.floats(c.manager, uniform, n),
                      zero,
                      new Draw(topP, 1, 1))
                  .component()
                  .toLongArray());
      for (int v = 0; v < 6; v++) {
        double share = topP == 1 ? WEIGHTS[v] : WEIGHTS[v] < .08 ? 0 : WEIGHTS[v] / .93;
        assertEquals(n * share, counts[v], 1.01, "component " + v);
      }
    }
  }

  @Test
  void topPOneKeepsComponentsOfTheSmallestWeight() {
    try (HeadCase c = same(1, 0)) {
      double[] bias = c.values.get("bias");
      Arrays.fill(bias, 0, 6, 0);
      bias[5] = Math.log(1e-6);
      c.load();
      NDArray zero = Torch.floats(c.manager, new float[3], 1, 3);
      NDArray last = Torch.floats(c.manager, new float[] {Math.nextDown(1f)}, 1);
      NDArray first = Torch.floats(c.manager, new float[] {0}, 1);
      assertEquals(
          5,
          c.head
              .draw(c.hiddenArray(), c.levels(), last, zero, new Draw(1, 1, 1))
              .component()
              .getLong(0));
      assertEquals(
          0,
          c.head
              .draw(c.hiddenArray(), c.levels(), first, zero, new Draw(1, 1, 1))
              .component()
              .getLong(0));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "low", "anchored", "anchored static"})
  void drawnValuesComeFromTheDistribution(String kind) {
    int n = 700; // more than two of the kernel's chunks
    try (HeadCase c = HeadCase.random(MixtureLossTest.kind(kind), n, 4, 3)) {
      c.load();
      MixtureHead.Drawn draw = draw(c, 1, .7);
      MixtureHead.Distribution d = c.head.distribution(c.hiddenArray(), c.levels());
      float[] noise = Noise.of(5).stream(2).gaussians(n * 3);
      float[] means = d.means().toFloatArray();
      float[] shift = d.shift().toFloatArray();
      float[] logScale = d.logScale().toFloatArray();
      long[] picks = draw.component().toLongArray();
      double[] expected = new double[n * 3];
      for (int i = 0; i < n * 3; i++) {
        double a = Math.exp(logScale[i / 3]);
        double mean = means[(int) ((i / 3 * 4 + picks[i / 3]) * 3 + i % 3)];
        expected[i] = a * mean + shift[i] + a * .7 * noise[i];
      }
      assertNear(expected, draw.z().toFloatArray(), 1e-5, "z");
      assertTrue(Arrays.stream(picks).distinct().count() == 4);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"full", "low", "anchored", "anchored static"})
  void distributionEqualsTheFormulas(String kind) {
    try (HeadCase c = HeadCase.random(MixtureLossTest.kind(kind), 6, 4, 3)) {
      c.load();
      MixtureHead.Distribution d = c.head.distribution(c.hiddenArray(), c.levels());
      for (int i = 0; i < 6; i++) {
        MixtureReference r = MixtureLossTest.reference(c, i);
        assertNear(
            MixtureReference.logSoftmax(r.logits),
            d.logWeights().get(i).toFloatArray(),
            1e-5,
            "log weights");
        assertNear(r.shift, d.shift().get(i).toFloatArray(), 1e-5, "shift");
        assertEquals(r.logScale, d.logScale().getFloat(i), 1e-5);
        for (int v = 0; v < 4; v++) {
          assertNear(r.means[v], d.means().get(i, v).toFloatArray(), 1e-5, "mean");
        }
      }
    }
  }

  @Test
  void momentsOfOneComponentAreItsMeanAndScale() {
    int n = 40_000;
    try (HeadCase c = same(n, 2)) {
      MixtureHead.Drawn draw = draw(c, .05, .8); // component 1 alone
      assertEquals(n, counts(draw.component().toLongArray())[1]);
      MixtureReference r = MixtureLossTest.reference(c, 0);
      float[] z = draw.z().toFloatArray();
      for (int j = 0; j < 3; j++) {
        double sum = 0;
        double squares = 0;
        double centre = .5 * r.means[1][j] + r.shift[j];
        for (int i = 0; i < n; i++) {
          sum += z[i * 3 + j] - centre;
          squares += Math.pow(z[i * 3 + j] - centre, 2);
        }
        assertEquals(0, sum / n, 4 * .4 / Math.sqrt(n), "mean " + j);
        assertEquals(.16, squares / n, 4 * .16 * Math.sqrt(2.0 / n), "variance " + j);
      }
    }
  }

  @Test
  void aDrawDependsOnItsOwnPositionAlone() {
    int n = 600;
    try (HeadCase c = HeadCase.random(HeadSpec.Mixture.lowRank(6, 2), n, 4, 3)) {
      c.load();
      Noise noise = Noise.of(8);
      NDArray u = Torch.floats(c.manager, noise.stream(1).uniforms(n), n);
      NDArray e = Torch.floats(c.manager, noise.stream(2).gaussians(n * 3), n, 3);
      MixtureHead.Drawn all = c.head.draw(c.hiddenArray(), c.levels(), u, e, new Draw(.9, 1, 1));
      MixtureHead.Drawn again = c.head.draw(c.hiddenArray(), c.levels(), u, e, new Draw(.9, 1, 1));
      assertArrayEquals(all.z().toFloatArray(), again.z().toFloatArray());
      MixtureHead.Drawn part =
          c.head.draw(
              c.hiddenArray().get("250:310"),
              c.levels().get("250:310"),
              u.get("250:310"),
              e.get("250:310"),
              new Draw(.9, 1, 1));
      assertArrayEquals(
          all.component().get("250:310").toLongArray(), part.component().toLongArray());
      assertNear(all.z().get("250:310").toFloatArray(), part.z().toFloatArray(), 1e-6, "z");
    }
  }

  /** Without noise a draw is its component's mean, biases of its own level included. */
  @ParameterizedTest
  @ValueSource(ints = {0, 2})
  void drawsFollowTheBiasesOfTheirLevel(int rank) {
    try (HeadCase c = HeadCase.random(means(rank).levelBias(true), 600, 4, 3, 3)) {
      c.load();
      MixtureHead.Distribution p = c.head.distribution(c.hiddenArray(), c.levels());
      MixtureHead.Drawn drawn = draw(c, 1, 0);
      long[] component = drawn.component().toLongArray();
      float[] means = p.means().toFloatArray();
      double[] expected = new double[c.positions * 3];
      for (int i = 0; i < expected.length; i++) {
        int n = i / 3;
        double mean = means[(n * 6 + (int) component[n]) * 3 + i % 3];
        expected[i] = Math.exp(p.logScale().getFloat(n)) * mean + p.shift().getFloat(n, i % 3);
      }
      assertNear(expected, drawn.z().toFloatArray(), 1e-5, "z");
      float[] before = p.logWeights().toFloatArray();
      Arrays.fill(c.values.get("levels"), 0);
      c.load();
      float[] without =
          c.head.distribution(c.hiddenArray(), c.levels()).logWeights().toFloatArray();
      assertTrue(Math.abs(before[0] - without[0]) > 1e-3, "the biases have no effect");
    }
  }
}
