package resgen.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Recipe;
import resgen.nn.MlpStack;
import resgen.nn.Transformer;
import resgen.token.Layout;
import resgen.token.TokenSpec;

/** Settings as version 1 wrote them, word for word, and what they are now. */
class MigrationsTest {

  private static final String TOKENS =
      "\"tokens\":{\"grid\":4,\"depth\":8,\"codes\":256,\"dimension\":24,\"classes\":10}";
  private static final String BACKBONE =
      "\"backbone\":{\"width\":144,\"layers\":6,\"heads\":4,\"expansion\":4,\"gate\":1.0,"
          + "\"dropout\":0.0,\"recompute\":false}";
  private static final String CONDITIONING =
      "\"conditioning\":{\"stateWidth\":16,\"state\":\"INPUT\",\"positions\":true,"
          + "\"classInInput\":true,\"classDrop\":0.1}";
  private static final String MIXTURE =
      "\"mixture\":{\"components\":256,\"means\":\"ANCHORED\",\"rank\":0,\"sharpness\":4.0,"
          + "\"smoothing\":0.0,\"minLogScale\":-4.0,\"weights\":{\"kl\":1.0,\"regression\":1.0,"
          + "\"gradient\":0.0,\"perToken\":true}}";

  private static final String RESGEN =
      "{\"type\":\"ResGenSettings\",%s,%s,%s,%s,\"masking\":\"circle\",\"masks\":\"PREFIX\",\"precision\":\"bf16\"}"
          .formatted(TOKENS, BACKBONE, MIXTURE, CONDITIONING);
  private static final String DIRECT =
      "{\"type\":\"DirectTokensSettings\",%s,%s,%s,\"masking\":\"circle\",\"masks\":\"PREFIX\",\"precision\":\"bf16\"}"
          .formatted(TOKENS, BACKBONE, CONDITIONING);
  private static final String DEPTHWISE =
      "{\"type\":\"DepthwiseMaskGitSettings\",%s,%s,%s,\"masking\":\"circle\",\"precision\":\"bf16\"}"
          .formatted(TOKENS, BACKBONE, CONDITIONING);
  private static final String RQ =
      "{\"type\":\"RqTransformerSettings\",%s,%s,\"depthLayers\":1,\"classDrop\":0.1,\"precision\":\"bf16\"}"
          .formatted(TOKENS, BACKBONE);
  private static final String AR =
      "{\"type\":\"ArResGenSettings\",%s,%s,\"mlp\":{\"blocks\":3,\"expansion\":3,\"gate\":1.0},%s,\"masking\":\"circle\",\"classDrop\":0.1,\"precision\":\"bf16\"}"
          .formatted(TOKENS, BACKBONE, MIXTURE);

  private static final Objective.Bound BOUND = new Objective.Bound(4, 0, 0, 1, 1, 0, true, 0);

  private static Recipe recipe(Order order, HeadSpec head, Objective objective) {
    return new Recipe(
        new ModelSpec(
            new TokenSpec(new Layout.Grid(4, 4), 8, 256, 24),
            order,
            Transformer.Settings.of(144, 6, 4).gate(1),
            head,
            new ConditionSpec.Classes(10),
            "bf16"),
        objective);
  }

  private static Order masked(MaskLaw law) {
    return new Order.Masked(law, 16, Order.State.INPUT, true, true);
  }

  private static Objective circle(Objective.Bound bound) {
    return new Objective(Schedule.circle(), 0.1, bound);
  }

  private static Recipe resgen(MaskLaw law) {
    return recipe(masked(law), HeadSpec.Mixture.anchored(256, 0), circle(BOUND));
  }

  @Test
  void theFiveFormsOfOldAreThePresentOne() {
    HeadSpec.Categorical categorical = new HeadSpec.Categorical();
    HeadSpec.MixtureMlp mlp =
        new HeadSpec.MixtureMlp(new MlpStack.Settings(3, 3, 1), HeadSpec.Mixture.anchored(256, 0));
    Map<String, Recipe> expected = new LinkedHashMap<>();
    expected.put(RESGEN, resgen(MaskLaw.prefix()));
    expected.put(DIRECT, recipe(masked(MaskLaw.prefix()), categorical, circle(null)));
    expected.put(DEPTHWISE, recipe(masked(MaskLaw.depthwise()), categorical, circle(null)));
    expected.put(
        RQ,
        recipe(
            new Order.Causal(), new HeadSpec.DepthTransformer(1), new Objective(null, 0.1, null)));
    expected.put(AR, recipe(new Order.Causal(), mlp, circle(BOUND)));
    expected.forEach(
        (json, recipe) -> {
          assertEquals(recipe, Recipe.read(json), json);
          assertEquals(recipe, Recipe.read(Json.line(recipe)), "written and read again");
          assertEquals(2, Json.read(Json.line(recipe), Map.class).get("version"));
        });
  }

  @Test
  void masksOfAnyTokensStay() {
    assertEquals(resgen(MaskLaw.uniform()), Recipe.read(RESGEN.replace("PREFIX", "UNIFORM")));
  }

  /** The first files named neither type nor masks. */
  @Test
  void theFirstFilesAreOfResGenWithThePapersMasks() {
    String first =
        RESGEN.replace("\"type\":\"ResGenSettings\",", "").replace(",\"masks\":\"PREFIX\"", "");
    assertTrue(first.length() < RESGEN.length() - 40, first);
    assertEquals(resgen(MaskLaw.prefix()), Recipe.read(first));
  }

  /** Full means had a rank that nothing read; low-rank ones keep theirs, and their least scale. */
  @ParameterizedTest
  @ValueSource(strings = {"FULL", "LOW_RANK"})
  void otherMeansKeepTheirLeastScale(String means) {
    String json =
        RESGEN
            .replace("ANCHORED", means)
            .replace("\"rank\":0", "\"rank\":64")
            .replace("\"smoothing\":0.0", "\"smoothing\":0.01,\"prior\":0.5");
    HeadSpec.Mixture head =
        means.equals("FULL") ? HeadSpec.Mixture.full(256) : HeadSpec.Mixture.lowRank(256, 64);
    Objective.Bound bound = new Objective.Bound(4, 0.5, 0.01, 1, 1, 0, true, 0);
    assertEquals(recipe(masked(MaskLaw.prefix()), head, circle(bound)), Recipe.read(json));
  }

  @Test
  void whatWasNeverWrittenIsNamed() {
    refused("'NewSettings' are of no generator", DIRECT.replace("DirectTokens", "New"));
    refused("settings without 'tokens'", DIRECT.replace(TOKENS + ",", ""));
    refused("settings without 'mixture'", RESGEN.replace(MIXTURE + ",", ""));
    refused("version 3; this program knows versions 1 … 2", "{\"version\":3}");
    refused("missing key 'model'", "{\"version\":2,\"objective\":null}");
    refused("missing", "{\"version\":2}");
    refused("no 'surprise'", DIRECT.replaceFirst("\\{", "{\"surprise\":1,"));
    refused("no 'tokens.layout'", RQ.replace("\"depth\":8", "\"layout\":1,\"depth\":8"));
    refused("no 'mixture.bend'", AR.replace("\"rank\":0", "\"bend\":1,\"rank\":0"));
    refused("no 'mixture.weights.l2'", RESGEN.replace("\"kl\":1.0", "\"l2\":0,\"kl\":1.0"));
    refused(
        "no 'conditioning.text'", DIRECT.replace("\"stateWidth\"", "\"text\":0,\"stateWidth\""));
    refused("depth 2000", RQ.replace("\"depth\":8", "\"depth\":2000"));
  }

  private static void refused(String named, String json) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Recipe.read(json), json);
    assertTrue(e.getMessage().contains(named), e.getMessage());
  }
}
