package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * Codes that are drawn against the distribution that the head states, by independent Monte Carlo:
 * 2×2 positions, two depths, four codes.
 */
class SamplerDistributionTest {

  private static final TokenSpec SHAPE = MadeUp.spec(2, 4, 4);
  private static final int SAMPLES = 6000;
  private static final int DRAWS = 200_000;

  private static NDManager manager;
  private static MaskedModel network;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    network = MadeUp.masked(manager, MadeUp.resgen(SHAPE), 2);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static final Sampling RANDOM =
      Sampling.steps(1).reveal(Reveal.RANDOM).noiseScale(0.8).batchSize(1000).seed(1);

  /** Shares of the joint codes of a position's masked depths, {@code [V²]},. */
  private static double[] shares(ReferenceSampler.Plain p, int position, int visible, int given) {
    ReferenceSampler reference = new ReferenceSampler(network, RANDOM);
    Random random = new Random(17);
    double[] shares = new double[SHAPE.codes() * SHAPE.codes()];
    int h = SHAPE.dimension();
    for (int n = 0; n < DRAWS; n++) {
      double u = random.nextDouble();
      int v = 0;
      for (u -= p.weights()[0]; u >= 0 && v < p.weights().length - 1; u -= p.weights()[v]) {
        v++;
      }
      double[] z = new double[h];
      for (int k = 0; k < h; k++) {
        double noise = 0.8 * random.nextGaussian();
        z[k] = p.scale() * (p.means()[v * h + k] + noise) + p.shift()[k];
      }
      int[] codes = new int[SHAPE.tokens()];
      codes[position * 2] = given;
      reference.quantize(z, position, visible, codes, new float[SHAPE.tokens()]);
      shares[codes[position * 2] * SHAPE.codes() + codes[position * 2 + 1]] += 1.0 / DRAWS;
    }
    return shares;
  }

  /** Pearson's statistic with rare cells merged, and whether it is below the 1 − 1e-4 quantile. */
  private static void assertDrawnFrom(double[] shares, double[] counts, String what) {
    double total = Arrays.stream(counts).sum();
    double sum = 0;
    int cells = 0;
    double rareShare = 0;
    double rareCount = 0;
    for (int c = 0; c < shares.length; c++) {
      if (shares[c] * total < 8) {
        rareShare += shares[c];
        rareCount += counts[c];
      } else {
        sum += Math.pow(counts[c] - shares[c] * total, 2) / (shares[c] * total);
        cells++;
      }
    }
    if (rareShare * total >= 1) {
      sum += Math.pow(rareCount - rareShare * total, 2) / (rareShare * total);
      cells++;
    } else {
      assertTrue(rareCount <= 8, what + ": codes that hardly exist: " + rareCount);
    }
    int dof = cells - 1;
    assertTrue(dof >= 2, what + ": nothing to compare");
    double cube = 1 - 2.0 / (9 * dof) + 3.72 * Math.sqrt(2.0 / (9 * dof)); // Wilson, Hilferty
    assertTrue(sum < dof * cube * cube * cube, what + ": χ² " + sum + " at " + dof);
  }

  @Test
  void codesDrawnInOneStepHaveTheHeadsDistribution() {
    Codes codes =
        new MaskedSampler(network, RANDOM, false)
            .sample(MadeUp.classes(Labels.repeat(1, SAMPLES)), 0)
            .codes();
    ReferenceSampler reference = new ReferenceSampler(network, RANDOM);
    float[][] hidden = reference.hidden(new int[SHAPE.tokens()], new int[4], 1);
    for (int p = 0; p < 4; p++) {
      double[] counts = new double[16];
      for (int i = 0; i < SAMPLES; i++) {
        counts[codes.get(i, p, 0) * 4 + codes.get(i, p, 1)]++;
      }
      double[] shares = shares(reference.distribution(hidden[p], 1), p, 0, 0);
      assertDrawnFrom(shares, counts, "position " + p);
    }
  }

  @Test
  void codesOfASecondStepHaveTheDistributionGivenTheFirst() {
    Sampling two = RANDOM.withSteps(2); // one token, then seven
    MaskedSampler.Result made =
        new MaskedSampler(network, two, true).sample(MadeUp.classes(Labels.repeat(0, SAMPLES)), 0);
    int[] states = new int[16];
    for (int i = 0; i < SAMPLES; i++) {
      states[state(made, i)]++;
    }
    int most = 0;
    for (int s = 1; s < 16; s++) {
      most = states[s] > states[most] ? s : most;
    }
    int at = most / 4;
    int[] seen = new int[4];
    seen[at] = 1;
    int[] codes = new int[SHAPE.tokens()];
    codes[at * 2] = most % 4;
    ReferenceSampler reference = new ReferenceSampler(network, two);
    float[][] hidden = reference.hidden(codes, seen, 0);
    for (int p = 0; p < 4; p++) {
      double[] counts = new double[16];
      for (int i = 0; i < SAMPLES; i++) {
        if (state(made, i) == most) {
          counts[made.codes().get(i, p, 0) * 4 + made.codes().get(i, p, 1)]++;
        }
      }
      int level = p == at ? 0 : 1;
      double[] shares = shares(reference.distribution(hidden[p], level), p, seen[p], most % 4);
      assertDrawnFrom(shares, counts, "position " + p + " given " + most % 4 + " at " + at);
    }
  }

  /** Which position the first step revealed, and as what: position · V + code. */
  private static int state(MaskedSampler.Result made, int i) {
    int[] visible = made.trajectories().get(i).steps().get(0).visible();
    for (int p = 0; p < 4; p++) {
      if (visible[p] == 1) {
        return p * 4 + made.codes().get(i, p, 0);
      }
    }
    throw new AssertionError(Arrays.toString(visible));
  }
}
