package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.Managers;
import resgen.head.HeadSpec;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.model.Model;
import resgen.model.Recipe;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** Models whose weights are not all numbers: sampling stops, and says where. */
class BrokenModelTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
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

  private static Recipe recipe(String label) {
    return switch (label) {
      case "resgen" -> MadeUp.resgen(SHAPE);
      case "full" -> MadeUp.resgen(SHAPE, HeadSpec.Mixture.full(6));
      case "low" -> MadeUp.resgen(SHAPE, HeadSpec.Mixture.lowRank(6, 2));
      case "direct" -> MadeUp.categorical(SHAPE, MaskLaw.prefix());
      case "depthwise" -> MadeUp.categorical(SHAPE, MaskLaw.depthwise());
      case "rq" -> MadeUp.rq(SHAPE);
      default -> MadeUp.ar(SHAPE);
    };
  }

  /** A number of one array: the first, which of a mixture's head is of its weights, or the last. */
  private static Model broken(String label, String array, boolean last, float value) {
    Model model = MadeUp.model(manager, recipe(label), 7);
    Map<String, NDArray> arrays = model.parameters().arrays();
    float[] values = arrays.get(array).toFloatArray();
    values[last ? values.length - 1 : 0] = value;
    Torch.copy(values, arrays.get(array));
    return model;
  }

  @ParameterizedTest
  @CsvSource({
    "resgen, head.weight", "resgen, head.bias", "resgen, input.position", "full, head.weight",
    "low, head.bias", "low, backbone.norm", "direct, head.weight", "direct, head.bias",
    "depthwise, head.bias", "rq, head.weight", "rq, head.bias", "rq, depth.position",
    "ar, head.weight", "ar, head.bias", "ar, mlp.sum.bias"
  })
  void theFirstStepIsNamed(String label, String array) {
    for (boolean last : new boolean[] {false, true}) {
      Model model = broken(label, array, last, Float.NaN);
      for (double topP : new double[] {1, 0.9}) {
        for (Reveal reveal : List.of(Reveal.DISTANCE, Reveal.RANDOM)) {
          Sampling settings = Sampling.steps(3).reveal(reveal).topP(topP).guidance(0.5, 1);
          IllegalStateException e =
              assertThrows(
                  IllegalStateException.class,
                  () -> TokenSampler.of(model, settings, false).sample(MadeUp.classes(0, 1), 0),
                  label + ", " + array);
          assertTrue(
              e.getMessage().matches("(step|position) \\d of \\d: .* not finite"), e.getMessage());
        }
      }
    }
  }

  /** The mask state of a token that is visible: nothing is wrong before one is. */
  @Test
  void aLaterStepIsNamedWhereItIsTheFirst() {
    Model model = MadeUp.model(manager, recipe("resgen"), 7);
    NDArray table = model.parameters().arrays().get("input.state.table"); // [D, 2, E]
    float[] values = table.toFloatArray();
    values[4] = Float.POSITIVE_INFINITY; // depth 1, visible
    Torch.copy(values, table);
    Sampling settings = Sampling.steps(4).schedule(resgen.mask.Schedule.linear());
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> TokenSampler.of(model, settings, false).sample(MadeUp.classes(0, 1), 0));
    assertEquals("step 2 of 4: the model's numbers are not finite", e.getMessage());
  }

  @Test
  void aPositionIsNamedWhereItIsTheFirst() {
    Model model = MadeUp.model(manager, recipe("rq"), 7);
    NDArray positions = model.parameters().arrays().get("input.position"); // [L, W]
    float[] values = positions.toFloatArray();
    values[2 * 16] = Float.NaN;
    Torch.copy(values, positions);
    IllegalStateException e =
        assertThrows(
            IllegalStateException.class,
            () -> TokenSampler.of(model, Sampling.steps(1), false).sample(MadeUp.classes(0), 0));
    assertEquals("position 3 of 4: the model's numbers are not finite", e.getMessage());
  }

  @Test
  void whatFailsLeavesNoArraysBehindAndTheThreadAsItWas() {
    Model model = broken("resgen", "head.bias", true, Float.NaN);
    TokenSampler sampler = TokenSampler.of(model, Sampling.steps(3), false);
    assertThrows(IllegalStateException.class, () -> sampler.sample(MadeUp.classes(0), 0));
    long before = Managers.count();
    for (int i = 0; i < 5; i++) {
      assertThrows(IllegalStateException.class, () -> sampler.sample(MadeUp.classes(0), 0));
    }
    assertEquals(before, Managers.count());
    assertFalse(Thread.interrupted());
  }
}
