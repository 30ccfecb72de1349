package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.head.CategoricalHead;
import resgen.mask.MaskLaw;
import resgen.torch.Torch;

class ContextGainTest {

  private static NDManager manager;
  private static Tokens tokens;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = MadeUp.tokens(manager, 2, 8, 4, 400);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static GeneratorTraining training(Recipe recipe) {
    return new GeneratorTraining(MadeUp.drop(recipe, 0), tokens, tokens.range(0, 100), 1);
  }

  @Test
  void contextGainOfAKnownDistributionIsItsCrossEntropy() {
    try (GeneratorTraining model = training(MadeUp.resgen(tokens.spec()))) {
      Map<String, NDArray> arrays = model.parameters().arrays();
      float[] bias = arrays.get("head.bias").toFloatArray();
      double[] logits = {0.5, -1, 2, 0, 0.3, -0.7, 1, 0.1};
      double whole = 0;
      for (int c = 0; c < 8; c++) {
        bias[c] = (float) logits[c];
        whole += Math.exp(logits[c]);
      }
      Torch.copy(bias, arrays.get("head.bias"));
      Torch.copy(new float[(int) arrays.get("head.weight").size()], arrays.get("head.weight"));
      double expected = 0;
      int images = 120;
      for (int i = 0; i < images; i++) {
        double p = Math.exp(logits[tokens.codes().get(i, i % 4, 0)]) / whole;
        expected -= Math.log(0.999 * p + 0.001 / 8) / images;
      }
      ContextGain gain = ContextGain.of(model.model(), tokens, images, 0).orElseThrow();
      assertEquals(expected, gain.allMasked(), 1e-4);
      assertEquals(expected, gain.oneMasked(), 1e-4);
      assertEquals(0, gain.gain(), 1e-6);
      assertFalse(Double.isNaN(ContextGain.of(model.model(), tokens, 1, 1).orElseThrow().gain()));
    }
  }

  /** Nothing but the network itself: a sample at a time, one position masked, by its logits. */
  @ParameterizedTest
  @ValueSource(strings = {"prefix", "uniform", "depthwise"})
  void itIsTheCrossEntropyOfThePositionThatIsMasked(String law) {
    Model model = MadeUp.model(manager, MadeUp.categorical(tokens.spec(), MaskLaw.parse(law)), 3);
    CategoricalHead head = (CategoricalHead) model.head();
    int depth = tokens.codes().depth();
    int shown = law.equals("depthwise") ? 1 : depth;
    int samples = 10;
    double[] sums = new double[2];
    for (int i = 0; i < samples; i++) {
      for (int way = 0; way < 2; way++) {
        int[] visible = new int[4];
        Arrays.fill(visible, way * shown);
        visible[i % 4] = 0;
        int[] codes = tokens.codes().rows(i);
        int label = tokens.labels(i)[0];
        int sample = i;
        float[] logits =
            Torch.scoped(
                () ->
                    head.logits(MadeUp.hidden(model, codes, visible, label))
                        .get(sample % 4)
                        .get(0)
                        .toFloatArray());
        double whole = 0;
        for (float logit : logits) {
          whole += Math.exp(logit);
        }
        sums[way] += Math.log(whole) - logits[tokens.codes().get(i, i % 4, 0)];
      }
    }
    ContextGain gain = ContextGain.of(model, tokens, samples, 1).orElseThrow();
    assertEquals(sums[0] / samples, gain.allMasked(), 1e-4);
    assertEquals(sums[1] / samples, gain.oneMasked(), 1e-4);
  }

  @Test
  void aHeadWithoutContextGainsNothing() {
    for (MaskLaw law : List.of(MaskLaw.prefix(), MaskLaw.depthwise())) {
      try (GeneratorTraining model = training(MadeUp.categorical(tokens.spec(), law))) {
        NDArray weight = model.parameters().arrays().get("head.weight");
        Torch.copy(new float[(int) weight.size()], weight);
        ContextGain gain = ContextGain.of(model.model(), tokens, 120, 1).orElseThrow();
        assertEquals(Math.log(8), gain.allMasked(), 1e-5);
        assertEquals(0, gain.gain(), 1e-6);
      }
    }
  }

  @Test
  void aFixedOrderHasNone() {
    Model model = MadeUp.model(manager, MadeUp.rq(tokens.spec()), 3);
    assertTrue(ContextGain.of(model, tokens, 1, 1).isEmpty());
  }
}
