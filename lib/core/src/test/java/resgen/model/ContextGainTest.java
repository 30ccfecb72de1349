package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.codec.Tokens;
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

  private static ResGenTraining training(ResGenSettings settings) {
    return new ResGenTraining(settings, tokens, tokens.range(0, 100), 1);
  }

  @Test
  void contextGainOfAKnownDistributionIsItsCrossEntropy() {
    try (ResGenTraining model = training(MadeUp.settings(tokens, 0, 0, true))) {
      Map<String, NDArray> arrays = model.parameters().arrays();
      float[] bias = arrays.get("head.bias").toFloatArray();
      double[] logits = {0.5, -1, 2, 0, 0.3, -0.7, 1, 0.1};
      double whole = 0;
      for (int c = 0; c < 8; c++) {
        bias[c] = (float) logits[c];
        whole += Math.exp(logits[c]);
      }
      arrays.get("head.bias").set(bias);
      arrays.get("head.weight").set(new float[(int) arrays.get("head.weight").size()]);
      double expected = 0;
      int images = 120;
      for (int i = 0; i < images; i++) {
        double p = Math.exp(logits[tokens.codes().get(i, i % 4, 0)]) / whole;
        expected -= Math.log(0.999 * p + 0.001 / 8) / images;
      }
      ContextGain gain = ContextGain.of(model.network(), tokens, images, 0);
      assertEquals(expected, gain.allMasked(), 1e-4);
      assertEquals(expected, gain.oneMasked(), 1e-4);
      assertEquals(0, gain.gain(), 1e-6);
      assertFalse(Double.isNaN(ContextGain.of(model.network(), tokens, 1, 1).gain()));
    }
  }
}
