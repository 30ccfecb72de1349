package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.ChiSquared;
import resgen.Near;
import resgen.mask.Mask;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Trainable;

/** Two positions of width 4, two depths, four codes, against plain loops. */
class CategoricalHeadTest {

  private static final int WIDTH = 4;
  private static final int DEPTH = 2;
  private static final int CODES = 4;
  private static final float[] HIDDEN = {0.5f, -1, 2, .25f, -0.3f, 0.8f, 1, -.5f};
  private static final Objective PLAIN = new Objective(resgen.mask.Schedule.circle(), 0, null);

  private static NDManager manager;
  private static Parameters parameters;
  private static Codebooks books;
  private static CategoricalHead head;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    parameters = Parameters.on(manager, 3);
    books = MadeUp.books(manager, DEPTH, CODES, 2);
    head =
        new CategoricalHead(
            parameters,
            new HeadSpec.Context(
                parameters,
                new TokenSpec(new Layout.Line(2), DEPTH, CODES, 2),
                Transformer.Settings.of(WIDTH, 1, 1),
                Precision.FP32,
                books,
                null));
    parameters
        .arrays()
        .forEach(
            (name, array) ->
                Torch.copy(Noise.of(name.length()).stream(1).gaussians((int) array.size()), array));
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static NDArray hidden() {
    return Torch.floats(manager, HIDDEN, 1, 2, WIDTH);
  }

  /** One sample under a mask, of which some masked tokens are predicted. */
  private static Target target(int[] codes, int[] visible, int[] predicted) {
    NDArray array = Torch.longs(manager, codes, 1, 2, DEPTH);
    Mask mask =
        new Mask(
            MadeUp.flags(manager, visible, 1, 2, DEPTH),
            MadeUp.flags(manager, predicted, 1, 2, DEPTH));
    return Target.of(books, array, mask);
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
  void lossesAreNegativeLogProbabilitiesOfWhatIsPredicted() {
    int[] codes = {1, 3, 0, 2};
    for (int pattern = 1; pattern < 16; pattern++) {
      int[] predicted = new int[4];
      int[] visible = new int[4];
      double sum = 0;
      for (int t = 0; t < 4; t++) {
        predicted[t] = pattern >> t & 1;
        visible[t] = 1 - predicted[t];
        sum -= predicted[t] * Math.log(probabilities(t / 2, t % 2, 1)[codes[t]]);
      }
      Target target = target(codes, visible, predicted);
      assertEquals(sum, head.likelihood(hidden(), target).getFloat(), 1e-5, "mask " + pattern);
      Trainable.Loss loss = head.loss(hidden(), target, PLAIN);
      assertEquals(sum / Integer.bitCount(pattern), loss.total().getFloat(), 1e-5);
    }
  }

  /** Depthwise masks hide deeper depths which they do not predict. */
  @Test
  void whatIsMaskedAndNotPredictedCostsNothing() {
    int[] codes = {1, 3, 0, 2};
    Target target = target(codes, new int[4], new int[] {0, 1, 1, 0});
    double expected = -Math.log(probabilities(0, 1, 1)[3]) - Math.log(probabilities(1, 0, 1)[0]);
    assertEquals(expected, head.likelihood(hidden(), target).getFloat(), 1e-5);
  }

  @Test
  void gradientsAreThoseOfTheSoftmax() {
    int[] codes = {1, 3, 0, 2};
    Target target = target(codes, new int[] {0, 0, 1, 0}, new int[] {1, 1, 0, 1});
    NDArray hidden = hidden();
    Torch.requireGradient(hidden);
    Torch.backward(Torch.withGradients(true, () -> head.loss(hidden, target, PLAIN).total()));
    float[] weight = parameters.arrays().get("weight").toFloatArray();
    double[] expected = new double[HIDDEN.length];
    for (int t : new int[] {0, 1, 3}) {
      double[] p = probabilities(t / 2, t % 2, 1);
      for (int v = 0; v < CODES; v++) {
        double slope = (p[v] - (v == codes[t] ? 1 : 0)) / 3;
        for (int k = 0; k < WIDTH; k++) {
          expected[t / 2 * WIDTH + k] += slope * weight[(t % 2 * CODES + v) * WIDTH + k];
        }
      }
    }
    Near.assertNear(expected, hidden.getGradient().toFloatArray(), 1e-6, "hidden");
  }

  @Test
  void aPeakedHeadHasFiniteLosses() {
    float[] large = {500, -900, 800, 20, 700, 300, -600, 40};
    NDArray x = Torch.floats(manager, large, 1, 2, WIDTH);
    for (int code = 0; code < CODES; code++) {
      int[] codes = {code, code, code, code};
      float loss = head.likelihood(x, target(codes, new int[4], new int[] {1, 1, 1, 1})).getFloat();
      assertTrue(loss >= 0 && Float.isFinite(loss), "loss " + loss);
    }
  }

  /** Tokens of which nothing is visible. */
  private static Target masked(int samples, int positions) {
    NDArray codes = manager.zeros(new Shape(samples, positions, DEPTH), DataType.INT64);
    return Target.of(books, codes, Mask.of(codes.gt(codes)));
  }

  /** Draws of many samples that have the first position's hidden state, counted at a depth. */
  private static double[] counts(int first, int depth, double topP, double temperature) {
    int n = 8000;
    float[] rows = new float[n * WIDTH];
    for (int i = 0; i < n; i++) {
      System.arraycopy(HIDDEN, 0, rows, i * WIDTH, WIDTH);
    }
    Keys keys = Keys.of(Noise.of(4), manager.arange(0, n, 1, DataType.INT64));
    Head.How how =
        new Head.How(new Draw(topP, 1, temperature), Reveal.DISTANCE, first, DEPTH - first);
    Head.Proposal drawn =
        head.draw(Torch.floats(manager, rows, n, 1, WIDTH), masked(n, 1), how, keys);
    long[] codes = drawn.codes().toLongArray();
    float[] logs = drawn.terms().toFloatArray();
    double[] counts = new double[CODES];
    double[] p = probabilities(0, depth, 1);
    for (int i = 0; i < n; i++) {
      int at = i * (DEPTH - first) + depth - first;
      counts[(int) codes[at]]++;
      assertEquals(Math.log(p[(int) codes[at]]), logs[at], 1e-5, "before temperature and filter");
    }
    return counts;
  }

  @Test
  void codesAreDrawnByTheirProbabilities() {
    for (int depth = 0; depth < DEPTH; depth++) {
      ChiSquared.assertDrawnFrom(probabilities(0, depth, 1), counts(0, depth, 1, 1), 3);
      ChiSquared.assertDrawnFrom(probabilities(0, depth, 0.7), counts(0, depth, 1, 0.7), 3);
    }
    ChiSquared.assertDrawnFrom(probabilities(0, 1, 1), counts(1, 1, 1, 1), 3);
  }

  @Test
  void aRandomOrderNeedsNoConfidence() {
    Head.How how = new Head.How(new Draw(1, 1, 1), Reveal.RANDOM, 0, DEPTH);
    Keys keys = Keys.of(Noise.of(4), Torch.longs(manager, new int[] {3}, 1));
    assertNull(head.draw(hidden(), masked(1, 2), how, keys).terms());
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
    double[] one = counts(0, 0, p[order[0]] - 0.01, 1);
    assertEquals(8000, one[order[0]]);
    double[] two = new double[CODES];
    double mass = p[order[0]] + p[order[1]];
    two[order[0]] = p[order[0]] / mass;
    two[order[1]] = p[order[1]] / mass;
    ChiSquared.assertDrawnFrom(two, counts(0, 0, p[order[0]] + 0.01, 1), 2);
  }

  /** Leaving out what is too unlikely before sorting changes no draw, whatever the shape of p. */
  @Test
  void theFilterIsThatOfAllCodesSorted() {
    Kernel full =
        Kernel.of(
            "nucleus of all codes",
            """
            def forward(self, p: Tensor, topp: float) -> Tuple[Tensor, Tensor]:
              ranked, order = torch.sort(p, stable=True, dim=1, descending=True)
              before = torch.cumsum(ranked, 1) - ranked
              return (torch.where(torch.lt(before, topp), ranked, torch.zeros_like(ranked)), order)
            """);
    Kernel pick = Kernel.of("categorical");
    NDArray y = Torch.floats(manager, Noise.of(1).stream(2).gaussians(300 * 64), 300, 64);
    NDArray u = Keys.of(Noise.of(5), manager.arange(0, 300, 1, DataType.INT64)).uniforms(1);
    for (double sharpness : new double[] {0, 0.1, 1, 3, 8}) {
      NDArray p = Torch.scale(y, sharpness).softmax(1);
      for (double topP : new double[] {1e-9, 0.05, 0.5, 0.85, 0.99, 0.9999, 0.9999999}) {
        NDList sorted = full.applyAll(p, topP);
        NDArray at = pick.call("pick_at", sorted.get(0), u.reshape(-1)).head(); // [300, 1]
        assertArrayEquals(
            sorted.get(1).gather(at, 1).toLongArray(),
            pick.call("pick_code", p, u.reshape(-1), topP).head().toLongArray(),
            sharpness + ", top-p " + topP);
      }
    }
  }

  @Test
  void theFirstCodeIsThatOfTheFirstDepth() {
    float[] found = head.firstCode(hidden().reshape(2, WIDTH), 1, 0).toFloatArray();
    for (int n = 0; n < 2; n++) {
      for (int v = 0; v < CODES; v++) {
        assertEquals(Math.log(probabilities(n, 0, 1)[v]), found[n * CODES + v], 1e-5);
      }
    }
  }
}
