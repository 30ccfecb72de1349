package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.ChiSquared;
import resgen.codec.Tokens;
import resgen.head.CategoricalHead;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.Schedule;
import resgen.nn.Transformer;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.settings.Json;
import resgen.token.Codes;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/** VALL-E's two networks, against its definition by plain loops. */
class StagedModelTest {

  private static final int D = 3;
  private static final int V = 8;
  private static final TokenSpec SPEC = MadeUp.spec(D, V, 4);
  private static final int L = SPEC.positions();

  private static NDManager manager;
  private static Tokens tokens;
  private static StagedModel model;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = MadeUp.tokens(manager, D, V, 4, 60);
    model = (StagedModel) MadeUp.model(manager, MadeUp.staged(SPEC), 3);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  /** log p of the codes of first depths, from the causal network alone: {@code [N·L, V]}. */
  private static float[] first(int[] codes, int... ids) {
    int[] one = new int[codes.length / D];
    Arrays.setAll(one, i -> codes[i * D]);
    NDArray hidden = MadeUp.hidden(model.first(), one, new int[one.length], ids);
    return model.first().head().firstCode(hidden, 1, 0).toFloatArray();
  }

  /** Logits of all depths where so many are visible at every position: {@code [N·L, D, V]}. */
  private static float[] others(int[] codes, int visible, int... ids) {
    int[] prefix = new int[codes.length / D];
    Arrays.fill(prefix, visible);
    NDArray hidden = MadeUp.hidden(model.others(), codes, prefix, ids);
    return ((CategoricalHead) model.others().head()).logits(hidden).toFloatArray();
  }

  private static double logSoftmax(float[] logits, int row, int code) {
    double sum = 0;
    for (int v = 0; v < V; v++) {
      sum += Math.exp(logits[row * V + v]);
    }
    return logits[row * V + code] - Math.log(sum);
  }

  @Test
  void theLossIsOfTheFirstDepthAndOfOneOther() {
    int[] codes = tokens.codes().rows(0, 1);
    for (int j = 1; j < D; j++) {
      int[] visible = new int[2 * L];
      Arrays.fill(visible, j);
      NDArray seen = MadeUp.prefixes(manager, visible, L, D);
      int[] predicted = new int[2 * L * D];
      for (int t = 0; t < predicted.length; t++) {
        predicted[t] = t % D == 0 || t % D == j ? 1 : 0;
      }
      Mask mask = new Mask(seen, MadeUp.flags(manager, predicted, 2, L, D));
      Target target = Target.of(model.codebooks(), Torch.longs(manager, codes, 2, L, D), mask);
      NDArray hidden = model.hidden(target, MadeUp.conditions(model, 0, 1), null, false);
      double loss =
          Torch.number(model.head().loss(hidden, target, new Objective(null, 0, null)).total());
      float[] coarse = first(codes, 0, 1);
      float[] deep = others(codes, j, 0, 1);
      double sum = 0;
      for (int i = 0; i < 2 * L; i++) {
        sum -= coarse[i * V + codes[i * D]];
        sum -= logSoftmax(deep, i * D + j, codes[i * D + j]);
      }
      assertEquals(sum / (4 * L), loss, 1e-5, "depth " + j);
      assertEquals(sum, Torch.number(model.head().likelihood(hidden, target)), 1e-4);
    }
  }

  @Test
  void aFirstCodeDependsOnTheFirstCodesBeforeItAlone() {
    int[] codes = tokens.codes().rows(0);
    float[] before = first(codes, 0);
    int[] changed = codes.clone();
    for (int t = 0; t < codes.length; t++) {
      boolean deep = t % D > 0;
      boolean late = t / D >= 2;
      changed[t] = deep || late ? (codes[t] + 3) % V : codes[t];
    }
    float[] after = first(changed, 0);
    assertArrayEquals(
        Arrays.copyOf(before, 3 * V), Arrays.copyOf(after, 3 * V), 1e-6f, "positions 0 … 2");
    assertTrue(Math.abs(before[3 * V] - after[3 * V]) > 1e-4);
  }

  @Test
  void masksPredictTheFirstDepthAndOneOtherEachAsOften() {
    int n = 3000;
    int[] lengths = new int[n];
    Arrays.setAll(lengths, i -> 1 + i % L);
    NDArray places = manager.arange(0, n, 1, DataType.INT64);
    Keys keys = Keys.of(Noise.of(1), manager.create(new long[] {3}), places);
    Mask mask = model.masks(new Objective(null, 0, null), keys, Torch.longs(manager, lengths, n));
    boolean[] visible = mask.visible().toBooleanArray();
    boolean[] predicted = mask.predicted().toBooleanArray();
    double[] drawn = new double[D - 1];
    for (int i = 0; i < n; i++) {
      int level = 0;
      for (int j = 1; j < D; j++) {
        level = predicted[i * L * D + j] ? j : level;
      }
      assertTrue(level > 0, "sample " + i + " has no depth");
      drawn[level - 1]++;
      for (int t = 0; t < L * D; t++) {
        boolean there = t / D < lengths[i];
        assertEquals(!there || t % D < level, visible[i * L * D + t], "visible");
        boolean wanted = there && (t % D == 0 || t % D == level);
        assertEquals(wanted, predicted[i * L * D + t], "predicted");
      }
    }
    double[] alike = new double[D - 1];
    Arrays.fill(alike, 1.0 / (D - 1));
    ChiSquared.assertDrawnFrom(alike, drawn, D - 1);
  }

  private static Codes sample(Sampling way, int... ids) {
    try (TokenSampler sampler = TokenSampler.of(model, way, false)) {
      TokenSampler.Result result = sampler.sample(MadeUp.classes(ids), 0);
      assertEquals(L + D - 1, result.calls());
      return result.codes();
    }
  }

  @Test
  void deepCodesAreTheLikeliestAndFirstCodesAreDrawn() {
    int n = 4000;
    int[] ids = new int[n];
    Arrays.fill(ids, 1);
    int[] codes = MadeUp.all(sample(Sampling.steps(1).seed(2).batchSize(500), ids));
    int[] some = Arrays.copyOf(codes, 20 * L * D);
    int[] own = Arrays.copyOf(ids, 20);
    for (int j = 1; j < D; j++) {
      float[] logits = others(some, j, own);
      for (int i = 0; i < 20 * L; i++) {
        int best = 0;
        for (int v = 1; v < V; v++) {
          best = logits[(i * D + j) * V + v] > logits[(i * D + j) * V + best] ? v : best;
        }
        assertEquals(best, some[i * D + j], "depth " + j + " at " + i);
      }
    }
    float[] logp = first(some, own);
    double[] law = new double[V];
    Arrays.setAll(law, v -> Math.exp(logp[v])); // of the first position
    double[] drawn = new double[V];
    for (int i = 0; i < n; i++) {
      drawn[codes[i * L * D]]++;
    }
    ChiSquared.assertDrawnFrom(law, drawn, 3);
  }

  @Test
  void stepsMeanNothingAndGuidanceActsOnBoth() {
    Codes plain = sample(Sampling.steps(1).seed(2), 0, 1, 0, 1);
    assertArrayEquals(MadeUp.all(plain), MadeUp.all(sample(Sampling.steps(9).seed(2), 0, 1, 0, 1)));
    Codes guided = sample(Sampling.steps(1).seed(2).guidance(3, 3), 0, 1, 0, 1);
    assertTrue(!Arrays.equals(MadeUp.all(plain), MadeUp.all(guided)));
  }

  @Test
  void itLearnsAndItsSettingsAreReadBack() {
    Recipe recipe = MadeUp.staged(SPEC);
    assertEquals(recipe, Recipe.read(Json.line(recipe)));
    assertEquals("vall-e", recipe.model().label());
    Tokens many = MadeUp.tokens(manager, D, V, 4, 400);
    Training run = Training.steps(500).batch(16).learningRate(5e-3).every(50, 500, 500);
    try (GeneratorTraining learner = new GeneratorTraining(recipe, many, tokens, 1);
        Trainer trainer = new Trainer(learner, run, Optional.empty(), Listener.none())) {
      List<Map<String, Double>> rows = trainer.run().rows();
      Map<String, Double> end = rows.get(rows.size() - 1);
      // First depths: one hidden number at the first position, of which the class tells the parity.
      // Of the two other depths, each predicted in half of the samples, the last is random.
      double least = (Math.log(V / 2.0) / L + Math.log(V) / 2) / 2;
      double nll = end.get("validation_nll");
      assertTrue(nll > least - 0.15 && nll < least + 0.3, end + ", at least " + least);
      assertTrue(end.get("depth1_nll") < Math.log(V / 2.0) / L + 0.3, end.toString());
    }
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Transformer.Settings sizes = Transformer.Settings.of(16, 1, 2);
    ConditionSpec none = new ConditionSpec.None();
    Order staged = new Order.Staged(4);
    HeadSpec softmax = new HeadSpec.Categorical();
    assertMessage(
        "depth", () -> new ModelSpec(MadeUp.spec(1, V, 4), staged, sizes, softmax, none, "fp32"));
    assertMessage(
        "head", () -> new ModelSpec(SPEC, staged, sizes, HeadSpec.Mixture.full(8), none, "fp32"));
    assertMessage(
        "depth",
        () ->
            new ModelSpec(SPEC, new Order.Causal(), sizes, new HeadSpec.NextCode(), none, "fp32"));
    ModelSpec fits = new ModelSpec(SPEC, staged, sizes, softmax, none, "fp32");
    assertMessage(
        "objective.masking", () -> fits.check(new Objective(Schedule.circle(), 0.1, null)));
  }

  private static void assertMessage(String part, Runnable work) {
    String message = assertThrows(IllegalArgumentException.class, work::run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
