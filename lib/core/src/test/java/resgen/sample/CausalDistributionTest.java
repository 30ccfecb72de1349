package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.ChiSquared;
import resgen.head.MixtureHead;
import resgen.head.MixtureMlpHead;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * All 256 samples of 2×2 positions, two depths and two codes, counted, against the probabilities
 * that the model states, enumerated: Pearson's χ² below its 1 − 1e-4 quantile.
 */
class CausalDistributionTest {

  private static final TokenSpec SHAPE = MadeUp.spec(2, 2, 1);
  private static final int ALL = 256;
  private static final int SAMPLES = 20_000;
  private static final Sampling SETTINGS = Sampling.steps(1).seed(1).batchSize(1000);

  private static NDManager manager;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /** Token t of sample c is bit t. */
  private static int[] everything() {
    int[] codes = new int[ALL * SHAPE.tokens()];
    Arrays.setAll(codes, i -> i / SHAPE.tokens() >> i % SHAPE.tokens() & 1);
    return codes;
  }

  private static int[] labels() {
    int[] labels = new int[ALL];
    Arrays.fill(labels, 1);
    return labels;
  }

  private static double[] counts(CausalSampler sampler) {
    Codes codes = sampler.sample(MadeUp.classes(Labels.repeat(1, SAMPLES)), 0).codes();
    double[] counts = new double[ALL];
    for (int i = 0; i < SAMPLES; i++) {
      int[] row = codes.rows(i);
      int cell = 0;
      for (int t = 0; t < row.length; t++) {
        cell |= row[t] << t;
      }
      counts[cell]++;
    }
    return counts;
  }

  @Test
  void rqTransformersSamplesHaveItsProbabilities() {
    CausalModel network = MadeUp.causal(manager, MadeUp.rq(SHAPE), 5);
    double[] shares = new double[ALL];
    Torch.scoped(
        () -> {
          int[] all = everything();
          float[] logits = MadeUp.logits(network, all, labels()).toFloatArray();
          for (int c = 0; c < ALL; c++) {
            double log = 0;
            for (int t = 0; t < SHAPE.tokens(); t++) {
              int at = c * SHAPE.tokens() + t;
              double other = logits[2 * at + 1 - all[at]] - logits[2 * at + all[at]];
              log -= Math.log1p(Math.exp(other));
            }
            shares[c] = Math.exp(log);
          }
          return null;
        });
    ChiSquared.assertDrawnFrom(shares, counts(new CausalSampler(network, SETTINGS)), 30);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void arResGensSamplesHaveItsProbabilities(int iterations) {
    CausalModel network = MadeUp.causal(manager, MadeUp.ar(SHAPE), 5);
    Sampling settings = SETTINGS.withSteps(iterations).noiseScale(0.9);
    double[] shares = new double[ALL];
    Arrays.fill(shares, 1);
    Torch.scoped(
        () -> {
          int rows = ALL * SHAPE.positions();
          int[] all = everything();
          NDArray prefixes =
              network.codebooks().prefixes(Torch.longs(manager, all, rows, SHAPE.depth()));
          NDArray hidden = MadeUp.hidden(network, all, new int[rows], labels());
          double[][] coarse = above(network, hidden, prefixes.get(":, 0"), 1);
          double[][] fine = above(network, hidden, prefixes.get(":, 1"), 0);
          for (int r = 0; r < rows; r++) {
            boolean firstUp = all[2 * r] == 0;
            boolean secondUp = all[2 * r + 1] == 0;
            double share;
            if (iterations == 1) { // one z: its sign is depth 1, and beside ±1 depth 2
              double[] p = coarse[r]; // P(z > −1), P(z > 0), P(z > 1)
              share = firstUp ? secondUp ? p[2] : p[1] - p[2] : secondUp ? p[0] - p[1] : 1 - p[0];
            } else { // the sign of one z, then that of another
              share = firstUp ? coarse[r][1] : 1 - coarse[r][1];
              share *= secondUp ? fine[r][1] : 1 - fine[r][1];
            }
            shares[r / SHAPE.positions()] *= share;
          }
          return null;
        });
    ChiSquared.assertDrawnFrom(shares, counts(new CausalSampler(network, settings)), 30);
  }

  /** Probabilities that z exceeds −1, 0 and 1 in each row. */
  private static double[][] above(CausalModel network, NDArray hidden, NDArray visible, int level) {
    int rows = (int) hidden.getShape().get(0);
    int[] levels = new int[rows];
    Arrays.fill(levels, level);
    NDArray at = Torch.longs(manager, levels, rows);
    MixtureMlpHead head = (MixtureMlpHead) network.head();
    MixtureHead.Distribution p =
        MadeUp.mixture(network).distribution(head.features(hidden, visible, at), at);
    float[] log = p.logWeights().toFloatArray();
    float[] means = p.means().toFloatArray();
    float[] shift = p.shift().toFloatArray();
    float[] logScale = p.logScale().toFloatArray();
    int k = log.length / rows;
    double[][] above = new double[rows][3];
    for (int i = 0; i < rows * k; i++) {
      double a = Math.exp(logScale[i / k]);
      for (int c = 0; c < 3; c++) {
        double mean = a * means[i] + shift[i / k];
        above[i / k][c] += Math.exp(log[i]) * normalAbove((c - 1 - mean) / (0.9 * a));
      }
    }
    return above;
  }

  /** P(ε > x) of a standard normal ε, by Simpson's rule. */
  private static double normalAbove(double x) {
    double to = Math.min(8, Math.max(-8, x));
    int n = 400;
    double step = to / n;
    double sum = Math.exp(0) + Math.exp(-to * to / 2);
    for (int i = 1; i < n; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-i * step * i * step / 2);
    }
    return 0.5 - sum * step / 3 / Math.sqrt(2 * Math.PI);
  }
}
