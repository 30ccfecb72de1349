package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.Near;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** Two positions of width 3, two depths, four codes, against plain loops. */
class CategoricalHeadTest {

  private static final int WIDTH = 3;
  private static final int DEPTH = 2;
  private static final int CODES = 4;
  private static final float[] HIDDEN = {0.5f, -1, 2, -0.3f, 0.8f, 1};

  private static NDManager manager;
  private static Parameters parameters;
  private static CategoricalHead head;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    parameters = Parameters.on(manager, 3);
    head = new CategoricalHead(parameters, WIDTH, DEPTH, CODES, Precision.FP32);
    parameters
        .arrays()
        .forEach(
            (name, array) -> {
              float[] values = Noise.of(name.length()).stream(1).gaussians((int) array.size());
              array.set(values);
            });
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static NDArray hidden() {
    return Torch.floats(manager, HIDDEN, 2, WIDTH);
  }

  private static NDArray longs(long[] shape, int... values) {
    return Torch.longs(manager, values, shape);
  }

  /** Logits of a position and depth divided by a temperature, as probabilities. */
  private static double[] probabilities(int position, int depth, double temperature) {
    float[] weight = parameters.arrays().get("weight").toFloatArray();
    float[] bias = parameters.arrays().get("bias").toFloatArray();
    double[] p = new double[CODES];
    for (int v = 0; v < CODES; v++) {
      double logit = bias[depth * CODES + v];
      for (int k = 0; k < WIDTH; k++) {
        logit += weight[(depth * CODES + v) * WIDTH + k] * HIDDEN[position * WIDTH + k];
      }
      p[v] = Math.exp(logit / temperature);
    }
    double sum = Arrays.stream(p).sum();
    return Arrays.stream(p).map(x -> x / sum).toArray();
  }

  @Test
  void lossesAreNegativeLogProbabilitiesOfTheMaskedDepths() {
    int[] codes = {1, 3, 0, 2};
    int[] visible = {0, 1};
    float[] losses =
        head.losses(hidden(), longs(new long[] {2, DEPTH}, codes), longs(new long[] {2}, visible))
            .toFloatArray();
    double[] expected = new double[4];
    for (int n = 0; n < 2; n++) {
      for (int j = visible[n]; j < DEPTH; j++) {
        expected[n * DEPTH + j] = -Math.log(probabilities(n, j, 1)[codes[n * DEPTH + j]]);
      }
    }
    Near.assertNear(expected, losses, 1e-6, "losses");
    assertEquals(0, losses[2], "a visible token costs nothing");
  }

  @Test
  void lossesAtADepthAreThoseOfThatDepthAlone() {
    float[] losses =
        head.lossesAt(hidden(), longs(new long[] {2}, 3, 1), longs(new long[] {2}, 1, 0))
            .toFloatArray();
    double[] expected = {
      -Math.log(probabilities(0, 1, 1)[3]), -Math.log(probabilities(1, 0, 1)[1])
    };
    Near.assertNear(expected, losses, 1e-6, "losses");
  }

  @Test
  void aPeakedHeadHasFiniteLosses() {
    float[] large = {500, -900, 800, 700, 300, -600};
    NDArray x = Torch.floats(manager, large, 2, WIDTH);
    for (int code = 0; code < CODES; code++) {
      int[] codes = {code, code, code, code};
      float[] losses =
          head.losses(x, longs(new long[] {2, DEPTH}, codes), longs(new long[] {2}, 0, 0))
              .toFloatArray();
      for (float loss : losses) {
        assertTrue(loss >= 0 && Float.isFinite(loss), "loss " + loss);
      }
    }
  }

  /** Codes and their log-probabilities for a grid of uniform numbers. */
  private static double[] shares(int first, int depth, double topP, double temperature) {
    int n = 4000;
    float[] rows = new float[n * WIDTH];
    float[] uniform = new float[n * (DEPTH - first)];
    for (int i = 0; i < n; i++) {
      System.arraycopy(HIDDEN, 0, rows, i * WIDTH, WIDTH);
      Arrays.fill(uniform, i * (DEPTH - first), (i + 1) * (DEPTH - first), (i + 0.5f) / n);
    }
    CategoricalHead.Draw draw =
        head.draw(
            Torch.floats(manager, rows, n, WIDTH),
            Torch.floats(manager, uniform, n, DEPTH - first),
            first,
            topP,
            temperature);
    long[] codes = draw.codes().toLongArray();
    float[] logs = draw.logProbability().toFloatArray();
    double[] shares = new double[CODES];
    double[] p = probabilities(0, depth, 1);
    for (int i = 0; i < n; i++) {
      int at = i * (DEPTH - first) + depth - first;
      shares[(int) codes[at]] += 1.0 / n;
      assertEquals(Math.log(p[(int) codes[at]]), logs[at], 1e-5, "before temperature and filter");
    }
    return shares;
  }

  @Test
  void codesAreDrawnByTheirProbabilities() {
    for (int depth = 0; depth < DEPTH; depth++) {
      assertArrayEquals(probabilities(0, depth, 1), shares(0, depth, 1, 1), 1e-3);
      assertArrayEquals(probabilities(0, depth, 0.7), shares(0, depth, 1, 0.7), 1e-3);
    }
    assertArrayEquals(probabilities(0, 1, 1), shares(1, 1, 1, 1), 1e-3);
  }

  @Test
  void theFilterKeepsTheCodeThatCrossesTheThreshold() {
    double[] p = probabilities(0, 0, 1);
    int[] order =
        IntStream.range(0, CODES)
            .boxed()
            .sorted((a, b) -> Double.compare(p[b], p[a]))
            .mapToInt(v -> v)
            .toArray();
    double[] one = new double[CODES];
    one[order[0]] = 1;
    assertArrayEquals(one, shares(0, 0, p[order[0]] - 0.01, 1), 1e-9);
    double[] two = new double[CODES];
    double mass = p[order[0]] + p[order[1]];
    two[order[0]] = p[order[0]] / mass;
    two[order[1]] = p[order[1]] / mass;
    assertArrayEquals(two, shares(0, 0, p[order[0]] + 0.01, 1), 1e-3);
    assertFalse(Arrays.equals(one, two));
  }
}
