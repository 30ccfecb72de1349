package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import resgen.codec.Tokens;
import resgen.head.HeadSpec;
import resgen.head.MixtureHead;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.nn.Parameters;
import resgen.quantize.TokenStatistics;
import resgen.settings.Json;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

class MaskedModelTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static NDManager manager;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static Recipe recipe(Order.Masked order) {
    Recipe usual = MadeUp.resgen(SHAPE);
    ModelSpec m = usual.model();
    return usual.model(
        new ModelSpec(m.tokens(), order, m.backbone(), m.head(), m.condition(), "fp32"));
  }

  private static MaskedModel model(Order.Masked order, long seed) {
    return MadeUp.masked(manager, recipe(order), seed);
  }

  private static Order.Masked order(Order.State state, boolean positions, boolean inInput) {
    return new Order.Masked(MaskLaw.prefix(), 4, state, positions, inInput);
  }

  private static float[] hidden(MaskedModel model, float[] sums, int[] visible, int label) {
    return Torch.scoped(
        () ->
            model
                .hidden(
                    Torch.floats(manager, sums, 1, 4, 4),
                    MadeUp.prefixes(manager, visible, 4, 3),
                    MadeUp.conditions(model, label),
                    null,
                    false)
                .toFloatArray()); // [1, L, W]
  }

  private static double difference(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static float[] position(float[] hidden, int p) {
    return Arrays.copyOfRange(hidden, p * 16, (p + 1) * 16);
  }

  @ParameterizedTest
  @EnumSource(Order.State.class)
  void theMaskTellsApartWhatSumsCannot(Order.State state) {
    MaskedModel network = model(order(state, true, true), 3);
    float[] sums = new float[16];
    float[] masked = hidden(network, sums, new int[] {0, 0, 0, 0}, 1);
    for (int depth = 1; depth <= SHAPE.depth(); depth++) {
      float[] shown = hidden(network, sums, new int[] {0, depth, 0, 0}, 1);
      assertTrue(difference(position(masked, 1), position(shown, 1)) > 1e-2, "itself");
      double others = 0;
      for (int p : new int[] {0, 2, 3}) {
        others = Math.max(others, difference(position(masked, p), position(shown, p)));
      }
      assertTrue(others > 1e-4, "others: " + others);
      float[] fewer = hidden(network, sums, new int[] {0, depth - 1, 0, 0}, 1);
      assertTrue(difference(position(fewer, 1), position(shown, 1)) > 1e-2, "depth " + depth);
    }
  }

  @ParameterizedTest
  @EnumSource(Order.State.class)
  void theClassReachesEveryPosition(Order.State state) {
    for (boolean inInput : new boolean[] {true, false}) {
      MaskedModel network = model(order(state, true, inInput), 3);
      float[] zero = hidden(network, new float[16], new int[4], 0);
      for (int label = 1; label <= MadeUp.CLASSES; label++) {
        float[] other = hidden(network, new float[16], new int[4], label);
        for (int p = 0; p < 4; p++) {
          assertTrue(difference(position(zero, p), position(other, p)) > 1e-3);
        }
      }
    }
  }

  @Test
  void withoutLearnedPositionsAllMaskedPositionsAreTheSame() {
    for (boolean positions : new boolean[] {false, true}) {
      MaskedModel network = model(order(Order.State.INPUT, positions, true), 5);
      float[] masked = hidden(network, new float[16], new int[4], 0);
      double apart = difference(position(masked, 0), position(masked, 3));
      assertTrue(positions ? apart > 1e-2 : apart < 1e-5, positions + ": " + apart);
      float[] sums = new float[16];
      sums[0] = 1;
      float[] some = hidden(network, sums, new int[] {1, 0, 0, 0}, 0);
      assertTrue(difference(position(some, 1), position(some, 3)) > 1e-5, "rotary positions");
    }
  }

  @Test
  void theFirstOutputsOfAnAnchoredHeadAreTheCodes() {
    Tokens tokens = MadeUp.tokens(manager, 3, 4, 4, 100);
    Model network =
        recipe(Order.Masked.usual()).model().build(Parameters.on(manager, 1), tokens.codebooks());
    network.start(TokenStatistics.of(tokens.codes(), tokens.lengths(), tokens.codebooks()));
    float[] books = network.codebooks().array().toFloatArray();
    Torch.scoped(
        () -> {
          NDArray x = Torch.floats(manager, new float[16], 1, 16);
          for (int level = 0; level < 3; level++) {
            NDArray at = Torch.longs(manager, new int[] {level}, 1);
            var p = ((MixtureHead) network.head()).distribution(x, at);
            float[] means = p.means().mul(p.logScale().exp()).toFloatArray();
            float[] book = Arrays.copyOfRange(books, (2 - level) * 16, (3 - level) * 16);
            assertEquals(0, difference(book, means), 1e-5, "level " + level);
          }
          return null;
        });
  }

  private static Parameters paper(int depth) {
    return Family.of("resgen")
        .preset("paper-rvq" + depth)
        .of(SHAPE, new ConditionSpec.None())
        .model()
        .plan();
  }

  @Test
  void thePapersModelHasThePapersNumberOfParameters() {
    Parameters plan = paper(16);
    assertEquals(576e6, plan.count(), 5.76e6);
    long w = 1152;
    long blocks = 28 * (12 * w * w + 6 * w) + 2 * w;
    assertEquals(blocks, plan.countByPart().get("backbone"));
    long outputs = 1024 + 1024 * 64 + 64 + 1;
    assertEquals(outputs * (w + 1) + 2 * 16, plan.countByPart().get("head"));
    long mlp = w * 4 * w + 4 * w + 4 * w * 8 * w + 8 * w;
    assertEquals(1001 * w + mlp, plan.countByPart().get("condition"));
    long input = 1 + 64 * w + w + 16 * 2 * 16 + 16 * 16 * w + w + 64 * w;
    assertEquals(input, plan.countByPart().get("input"));
    long sum = plan.countByPart().values().stream().mapToLong(n -> n).sum();
    assertEquals(plan.count(), sum);
    assertTrue(paper(8).count() < plan.count());
  }

  @Test
  void aPlanDeclaresWhatTheNetworkHas() {
    for (Order.State state : Order.State.values()) {
      Order.Masked order = order(state, false, false);
      MaskedModel network = model(order, 1);
      Parameters plan = recipe(order).model().plan();
      assertEquals(network.parameters().shapes(), plan.shapes());
      assertEquals(
          network.parameters().arrays().values().stream().mapToLong(NDArray::size).sum(),
          plan.count());
    }
  }

  @Test
  void presetsRoundTripThroughJson() {
    TokenSpec shape = new TokenSpec(new Layout.Grid(4, 4), 8, 256, 24);
    for (Family.Member member : Family.members()) {
      for (Preset preset : member.presets().values()) {
        Recipe recipe = preset.of(shape, new ConditionSpec.Classes(10));
        assertEquals(recipe, Json.read(Json.line(recipe), Recipe.class));
        assertEquals(recipe, Recipe.read(Json.write(recipe)));
      }
    }
  }

  @Test
  void wrongSettingsAndLabelsAreNamed() {
    refused("stateWidth 0", () -> new Order.Masked(MaskLaw.prefix(), 0, null, true, true));
    refused("conditionDrop 1.0", () -> MadeUp.drop(MadeUp.resgen(SHAPE), 1));
    refused("codes 1 must be within 2", () -> MadeUp.spec(3, 1, 4));
    refused("depth 0", () -> MadeUp.spec(0, 4, 4));
    refused("dimension 0", () -> MadeUp.spec(3, 4, 0));
    refused("layout height 0", () -> new Layout.Grid(0, 2));
    refused("layout length 40000", () -> new Layout.Line(40_000));
    refused("layout is missing", () -> new TokenSpec(null, 1, 2, 1));
    refused("classes 0", () -> new ConditionSpec.Classes(0));
    refused("components 6", () -> MadeUp.resgen(SHAPE, HeadSpec.Mixture.anchored(6, 0)));
    refused("precision 'fp8'", () -> MadeUp.resgen(SHAPE).precision("fp8"));
    MaskedModel model = model(Order.Masked.usual(), 1);
    refused("class 3 of sample 1 is not in 0 … 2", () -> MadeUp.conditions(model, 0, 3));
    refused("class -1", () -> MadeUp.conditions(model, -1));
    refused(
        "3 classes, [a, b, c]; the model knows 2",
        () -> upload(model, new Condition.Classes(new int[] {0}, List.of("a", "b", "c"))));
    refused("1 texts of 5 symbols", () -> upload(model, new Condition.Text(new int[][] {{1}}, 5)));
    refused(
        "2 depths × 4 codes",
        () ->
            recipe(Order.Masked.usual())
                .model()
                .build(Parameters.on(manager, 0), MadeUp.books(manager, 2, 4, 4)));
  }

  private static void upload(MaskedModel model, Condition condition) {
    model.conditioner().upload(manager, condition);
  }

  /** A setting that training does not read is refused, and so is one that it lacks. */
  @Test
  void anObjectiveSaysWhatTrainingReadsAndNothingElse() {
    Objective.Bound bound = Objective.Bound.paper();
    Schedule circle = Schedule.circle();
    Recipe direct = MadeUp.categorical(SHAPE, MaskLaw.prefix());
    refused(
        "objective.bound is set, but a model with head Categorical does not read it",
        () -> MadeUp.bound(direct, bound));
    refused(
        "objective.masking is missing, but a model with head Categorical reads it",
        () -> direct.objective(new Objective(null, 0, null)));
    refused(
        "objective.masking is set, but a model with head DepthTransformer does not read it",
        () -> MadeUp.rq(SHAPE).objective(new Objective(circle, 0, null)));
    refused(
        "objective.bound is set, but a model with head DepthTransformer",
        () -> MadeUp.rq(SHAPE).objective(new Objective(null, 0, bound)));
    refused(
        "objective.bound is missing, but a model with head Mixture reads it",
        () -> MadeUp.bound(MadeUp.resgen(SHAPE), null));
    refused(
        "objective.bound is missing, but a model with head MixtureMlp reads it",
        () -> MadeUp.bound(MadeUp.ar(SHAPE), null));
    ModelSpec masked = direct.model();
    refused(
        "head Categorical does not fit a causal order",
        () ->
            new ModelSpec(
                SHAPE,
                new Order.Causal(),
                masked.backbone(),
                masked.head(),
                masked.condition(),
                "fp32"));
    refused(
        "head DepthTransformer needs a causal order",
        () -> MadeUp.masked(SHAPE, MaskLaw.prefix(), new HeadSpec.DepthTransformer(1), null));
    String json = Json.line(direct).replace("\"bound\":null", "\"bound\":" + Json.line(bound));
    refused("objective.bound is set", () -> Recipe.read(json));
    refused("version 3 of settings", () -> new Recipe(3, masked, direct.objective()));
  }

  /** Without conditions: one vector, whatever is asked. */
  @Test
  void aModelWithoutConditionsTakesNoneOfAnyKind() {
    Recipe usual = MadeUp.resgen(SHAPE);
    ModelSpec m = usual.model();
    ModelSpec none =
        new ModelSpec(
            m.tokens(), m.order(), m.backbone(), m.head(), new ConditionSpec.None(), "fp32");
    assertEquals(0, none.classes());
    MaskedModel model = MadeUp.masked(manager, usual.model(none), 3);
    long[] rows = model.conditioner().upload(manager, new Condition.None(3)).head().toLongArray();
    assertArrayEquals(new long[3], rows);
    assertArrayEquals(new long[2], MadeUp.conditions(model, 0, 1).head().toLongArray());
  }

  private static void refused(String named, org.junit.jupiter.api.function.Executable what) {
    IllegalArgumentException e = assertThrows(IllegalArgumentException.class, what);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
