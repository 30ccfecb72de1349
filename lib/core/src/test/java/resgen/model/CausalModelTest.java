package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Near;
import resgen.codec.Tokens;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.Parameters;
import resgen.noise.Noise;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.TensorList;
import resgen.torch.Torch;

class CausalModelTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static final int W = 16;
  private static NDManager manager;
  private static CausalModel model;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    model = MadeUp.causal(manager, MadeUp.rq(SHAPE), 3);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static float[] hidden(float[] sums, int label) {
    return hidden(model, sums, label);
  }

  /** Of a sample whose embedding sums are these, visible or not. */
  private static float[] hidden(CausalModel model, float[] sums, int label) {
    return Torch.scoped(
        () -> {
          int l = model.spec().tokens().positions();
          NDArray seen = Torch.floats(manager, sums, 1, l, SHAPE.dimension());
          Target target = new Target(null, null, seen.mul(0.25), seen.mul(0.75), null, 1);
          return model.hidden(target, MadeUp.conditions(model, label), null, false).toFloatArray();
        });
  }

  @Test
  void aPositionSeesThePositionsBeforeItAndNeitherItselfNorLaterOnes() {
    int h = SHAPE.dimension();
    float[] sums = Noise.of(1).stream(0).gaussians(SHAPE.positions() * h);
    float[] before = hidden(sums, 0);
    for (int changed = 0; changed < SHAPE.positions(); changed++) {
      float[] other = sums.clone();
      other[changed * h] += 1;
      float[] after = hidden(other, 0);
      for (int p = 0; p < SHAPE.positions(); p++) {
        boolean same =
            Arrays.equals(
                Arrays.copyOfRange(before, p * W, (p + 1) * W),
                Arrays.copyOfRange(after, p * W, (p + 1) * W));
        assertEquals(p <= changed, same, "position " + p + " when " + changed + " changes");
      }
    }
  }

  @Test
  void theClassReachesEveryPosition() {
    float[] sums = Noise.of(1).stream(0).gaussians(SHAPE.positions() * SHAPE.dimension());
    float[] one = hidden(sums, 0);
    float[] none = hidden(sums, MadeUp.CLASSES);
    for (int p = 0; p < SHAPE.positions(); p++) {
      assertFalse(
          Arrays.equals(
              Arrays.copyOfRange(one, p * W, (p + 1) * W),
              Arrays.copyOfRange(none, p * W, (p + 1) * W)));
    }
  }

  @Test
  void oneSinglePositionIsTheClassAlone() {
    TokenSpec single = new TokenSpec(new Layout.Grid(1, 1), 2, 4, 4);
    ModelSpec spec = MadeUp.rq(single).model();
    CausalModel small =
        (CausalModel) spec.build(Parameters.on(manager, 3), MadeUp.books(manager, 2, 4, 4));
    float[] a = hidden(small, new float[4], 1);
    float[] b = hidden(small, new float[] {1, 2, 3, 4}, 1);
    assertEquals(W, a.length);
    assertEquals(Arrays.toString(a), Arrays.toString(b));
  }

  /** Position by position, with keys and values kept, the hidden states are the same. */
  @Test
  void stepsGiveTheHiddenStatesOfTheWhole() {
    int h = SHAPE.dimension();
    float[] sums = Noise.of(1).stream(0).gaussians(SHAPE.positions() * h);
    float[] whole = hidden(sums, 1);
    Torch.scoped(
        () -> {
          try (TensorList weights = model.weights()) {
            CausalModel.Steps steps = model.steps(weights, MadeUp.conditions(model, 1));
            NDArray before = Torch.floats(manager, new float[h], 1, h);
            for (int p = 0; p < SHAPE.positions(); p++) {
              Near.assertNear(
                  Arrays.copyOfRange(whole, p * W, (p + 1) * W),
                  steps.next(before).toFloatArray(),
                  1e-5,
                  "position " + p);
              before = Torch.floats(manager, Arrays.copyOfRange(sums, p * h, (p + 1) * h), 1, h);
            }
          }
          return null;
        });
  }

  /** The same with a text at every position, however a position is told. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void stepsOfATextGiveTheHiddenStatesOfTheWhole(boolean counted) {
    CausalModel speaking = MadeUp.causal(manager, Lines.of(MadeUp.arCodes(Lines.spec())), 5);
    Condition.Timed texts = Lines.texts(3);
    Tokens tokens = Lines.tokens(manager, 3);
    int h = Lines.spec().dimension();
    Torch.scoped(
        () -> {
          NDArray codes =
              Torch.longs(manager, MadeUp.all(tokens.codes()), 3, Lines.L, Lines.D); // [3, L, D]
          Target target = Target.of(tokens.codebooks(), codes, Mask.of(codes.neq(codes)));
          NDArray sums = target.maskedSum(); // [3, L, H]
          NDArray ends = Torch.longs(manager, texts.lengths(), 3);
          NDList condition = speaking.conditioner().upload(manager, texts);
          NDArray whole = speaking.hidden(target, condition, ends, false); // [3, L, W]
          NDList mute = speaking.conditioner().none(condition);
          NDArray other = speaking.hidden(target, mute, ends, false);
          try (TensorList weights = speaking.weights()) {
            CausalModel.Steps steps = speaking.steps(weights, condition);
            NDArray before = sums.get(":, 0").zerosLike(); // [3, H]
            for (int p = 0; p < Lines.L; p++) {
              NDArray number = Torch.longs(manager, new int[] {p}, 1);
              NDArray made = counted ? steps.at(p == 0, before, number) : steps.next(before);
              for (int i = 0; i < 3; i++) {
                if (p < texts.lengths()[i]) {
                  float[] own = made.get(i).toFloatArray();
                  String what = "position %d of %d".formatted(p, i);
                  Near.assertNear(whole.get(i).get(p).toFloatArray(), own, 1e-5, what);
                  assertFalse(Arrays.equals(other.get(i).get(p).toFloatArray(), own), what);
                }
              }
              before = sums.get(":, " + p);
            }
          }
          return null;
        });
  }

  @Test
  void codebooksThatDoNotFitAreRefused() {
    for (Recipe recipe : List.of(MadeUp.rq(SHAPE), MadeUp.ar(SHAPE))) {
      IllegalArgumentException e =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  recipe.model().build(Parameters.on(manager, 0), MadeUp.books(manager, 2, 4, 4)));
      assertTrue(e.getMessage().contains("2 depths × 4 codes"), e.getMessage());
    }
  }
}
