package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.model.MadeUp;
import resgen.model.Model;
import resgen.noise.Noise;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** A mixture's probabilities of depth-1 codes: shares of cells, by loops and by integration. */
class FirstCodeTest {

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

  /** The same draws in Java: of each component four, their cells found by a loop. */
  @ParameterizedTest
  @ValueSource(strings = {"anchored", "full", "low", "mlp"})
  void probabilitiesAreThoseOfALoopOverComponentsDrawsAndCodes(String kind) {
    TokenSpec shape = MadeUp.spec(2, 4, 3);
    Model model =
        switch (kind) {
          case "mlp" -> MadeUp.model(manager, MadeUp.ar(shape), 5);
          case "full" -> MadeUp.model(manager, MadeUp.resgen(shape, HeadSpec.Mixture.full(6)), 5);
          case "low" ->
              MadeUp.model(manager, MadeUp.resgen(shape, HeadSpec.Mixture.lowRank(6, 2)), 5);
          default -> MadeUp.model(manager, MadeUp.resgen(shape), 5);
        };
    int n = 5;
    int h = shape.dimension();
    double spread = 0.8;
    long seed = 11;
    NDArray hidden = Torch.floats(manager, Noise.of(3).stream(1).gaussians(n * 16), n, 16);
    float[] books = model.codebooks().array().toFloatArray();
    Torch.scoped(
        () -> {
          NDArray level = Torch.longs(manager, new int[] {1, 1, 1, 1, 1}, n);
          NDArray x =
              model.head() instanceof MixtureMlpHead mlp
                  ? mlp.features(hidden, Torch.floats(manager, new float[n * h], n, h), level)
                  : hidden;
          MixtureHead.Distribution p = MadeUp.mixture(model).distribution(x, level);
          float[] log = p.logWeights().toFloatArray();
          float[] means = p.means().toFloatArray();
          float[] shift = p.shift().toFloatArray();
          float[] scale = p.logScale().exp().toFloatArray();
          int k = log.length / n;
          double[] share = new double[n * 4];
          for (int draw = 0; draw < 4; draw++) {
            float[] eps = Noise.of(1).stream(seed, draw).gaussians(n * k * h);
            for (int c = 0; c < n * k; c++) {
              double[] z = new double[h];
              for (int i = 0; i < h; i++) {
                z[i] =
                    scale[c / k] * (means[c * h + i] + spread * eps[c * h + i])
                        + shift[c / k * h + i];
              }
              share[c / k * 4 + nearest(books, z)] += Math.exp(log[c]) / 4;
            }
          }
          float[] found = model.head().firstCode(hidden, spread, seed).toFloatArray();
          for (int i = 0; i < share.length; i++) {
            assertEquals(0.999 * share[i] + 0.001 / 4, Math.exp(found[i]), 1e-5, kind + " " + i);
          }
          return null;
        });
  }

  private static int nearest(float[] books, double[] z) {
    int best = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int v = 0; v < 4; v++) {
      double distance = 0;
      for (int i = 0; i < z.length; i++) {
        distance += Math.pow(z[i] - books[v * z.length + i], 2);
      }
      best = distance < least ? v : best;
      least = Math.min(least, distance);
    }
    return best;
  }

  /** Two codes ±1 on a line: P(code 0) = Σ_v π_v·Φ((a·μ_v + b)/(s·a)); draws average to it. */
  @Test
  void theMeanOverSeedsIsTheExactProbability() {
    Model model = MadeUp.model(manager, MadeUp.resgen(MadeUp.spec(2, 2, 1)), 5);
    int n = 64; // the same state: as many independent draws
    float[] one = Noise.of(3).stream(1).gaussians(16);
    float[] states = new float[n * 16];
    for (int i = 0; i < n; i++) {
      System.arraycopy(one, 0, states, i * 16, 16);
    }
    NDArray hidden = Torch.floats(manager, states, n, 16);
    Torch.scoped(
        () -> {
          NDArray level = Torch.longs(manager, new int[] {1}, 1);
          MixtureHead.Distribution p = MadeUp.mixture(model).distribution(hidden.get("0:1"), level);
          double expected = 0;
          float[] means = p.means().toFloatArray();
          double a = Math.exp(p.logScale().getFloat(0));
          for (int v = 0; v < means.length; v++) {
            double centre = a * means[v] + p.shift().getFloat(0, 0);
            expected += Math.exp(p.logWeights().getFloat(0, v)) * above(-centre / (0.9 * a));
          }
          double sum = 0;
          int runs = 20;
          for (int seed = 0; seed < runs; seed++) {
            float[] log = model.head().firstCode(hidden, 0.9, seed).toFloatArray(); // [N, 2]
            for (int i = 0; i < n; i++) {
              sum += Math.exp(log[2 * i]) / n / runs;
            }
          }
          double deviation = Math.sqrt(0.25 / (4.0 * n * runs)); // of a share, at most
          assertEquals(0.999 * expected + 0.0005, sum, 4 * deviation);
          return null;
        });
  }

  /** P(ε > x) of a standard normal ε, by Simpson's rule. */
  private static double above(double x) {
    double to = Math.min(8, Math.max(-8, x));
    int n = 400;
    double step = to / n;
    double sum = 1 + Math.exp(-to * to / 2);
    for (int i = 1; i < n; i++) {
      sum += (i % 2 == 0 ? 2 : 4) * Math.exp(-i * step * i * step / 2);
    }
    return 0.5 - sum * step / 3 / Math.sqrt(2 * Math.PI);
  }
}
