package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.mask.MaskLaw;
import resgen.model.MadeUp;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * Samples by the size of the batches that they are made in: the same in float32 from four on,
 * whatever the model. In bfloat16, or of fewer, a product may be rounded otherwise than that of a
 * larger batch, which decides a draw now and then: in float32 of one shipped RQ-Transformer's 20
 * samples.
 */
class BatchTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 64, 32);
  private static final int SAMPLES = 40;

  private static Recipe recipe(String label) {
    return switch (label) {
      case "resgen" -> MadeUp.codes(SHAPE);
      case "resgen-anchored" -> MadeUp.resgen(SHAPE);
      case "direct-tokens" -> MadeUp.categorical(SHAPE, MaskLaw.prefix());
      case "depthwise-maskgit" -> MadeUp.categorical(SHAPE, MaskLaw.depthwise());
      case "rq-transformer" -> MadeUp.rq(SHAPE);
      case "ar-resgen" -> MadeUp.arCodes(SHAPE);
      default -> MadeUp.ar(SHAPE);
    };
  }

  private static int[] codes(Model model, int batch, long seed) {
    Sampling settings = Sampling.steps(3).guidance(0.1, 2).topP(0.9).batchSize(batch).seed(seed);
    return MadeUp.all(
        TokenSampler.of(model, settings, false)
            .sample(MadeUp.classes(Labels.cycle(SAMPLES, 3)), 0)
            .codes());
  }

  @ParameterizedTest
  @CsvSource({
    "resgen, fp32, 0",
    "resgen-anchored, fp32, 0",
    "direct-tokens, fp32, 0",
    "depthwise-maskgit, fp32, 0",
    "rq-transformer, fp32, 0",
    "ar-resgen, fp32, 0",
    "ar-resgen-anchored, fp32, 0",
    "resgen, bf16, 2",
    "resgen-anchored, bf16, 2",
    "direct-tokens, bf16, 2",
    "depthwise-maskgit, bf16, 2",
    "rq-transformer, bf16, 2",
    "ar-resgen, bf16, 2",
    "ar-resgen-anchored, bf16, 2"
  })
  void aSampleIsTheSameInBatchesOfAnySize(String label, String precision, int atMost) {
    Torch.threads(1);
    ModelSpec m = recipe(label).model();
    ModelSpec wide =
        new ModelSpec(
            m.tokens(),
            m.order(),
            Transformer.Settings.of(64, 2, 2).gate(1),
            m.head(),
            m.condition(),
            precision);
    try (NDManager manager = Torch.manager()) {
      Model model = MadeUp.model(manager, recipe(label).model(wide), 7);
      int[] whole = codes(model, SAMPLES, 0);
      assertFalse(Arrays.equals(whole, codes(model, SAMPLES, 1)), "the seed has no effect");
      int each = SHAPE.tokens();
      for (int batch : new int[] {1, 4, 7, 24}) {
        int[] parts = codes(model, batch, 0);
        int changed = 0;
        for (int i = 0; i < SAMPLES; i++) {
          int to = (i + 1) * each;
          changed += Arrays.equals(whole, i * each, to, parts, i * each, to) ? 0 : 1;
        }
        int allowed = batch < BatchSizes.FEW ? 2 : atMost;
        assertTrue(changed <= allowed, changed + " samples changed in batches of " + batch);
      }
    }
  }
}
