package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.Near;
import resgen.torch.Precision;
import resgen.torch.TensorList;
import resgen.torch.Torch;

class CausalStepsTest {

  private static final int W = 16;
  private static final int L = 9;
  private static final Transformer.Settings SIZES = Transformer.Settings.of(W, 3, 2);

  private NDManager manager;
  private Rotary rotary;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
    rotary = Rotary.line(manager, L, SIZES.headWidth());
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Transformer transformer(Precision precision) {
    Parameters parameters = Parameters.on(manager, 1);
    Transformer transformer = new Transformer(parameters, SIZES, true, precision);
    Gradients.spread(parameters, .3);
    parameters.freeze();
    return transformer;
  }

  /** Both ways over the same input, {@code [B·L·W]}; the steps take the given lengths in turn. */
  private float[][] both(Precision precision, int batch, int modulated, int... lengths) {
    Transformer transformer = transformer(precision);
    NDArray x = Gradients.normal(manager, 1, 1, batch, L, W).stopGradient();
    NDArray m = Gradients.normal(manager, 2, .5, modulated, 1, 8, W).stopGradient();
    return Torch.scoped(
        () -> {
          float[] whole = transformer.apply(x, m, rotary, null, false).toFloatArray();
          try (TensorList weights = CausalSteps.weights(transformer)) {
            CausalSteps steps = new CausalSteps(transformer, weights, m, rotary, batch);
            float[] parts = new float[whole.length];
            for (int i = 0, from = 0; from < L; i++) {
              int n = Math.min(lengths[Math.min(i, lengths.length - 1)], L - from);
              NDArray y = steps.next(x.get(":, " + from + ":" + (from + n)));
              scatter(y.toFloatArray(), parts, batch, from, n);
              from += n;
            }
            assertEquals(L, steps.position());
            return new float[][] {whole, parts};
          }
        });
  }

  private static void scatter(float[] y, float[] parts, int batch, int from, int n) {
    for (int b = 0; b < batch; b++) {
      System.arraycopy(y, b * n * W, parts, (b * L + from) * W, n * W);
    }
  }

  @ParameterizedTest
  @CsvSource({"1, 1, 1", "2, 2, 1", "7, 7, 1", "7, 1, 1", "3, 3, 4", "1, 1, 9", "2, 1, 5"})
  void keptKeysAndValuesChangeNothing(int batch, int modulated, int first) {
    float[][] found = both(Precision.FP32, batch, modulated, first, 1);
    Near.assertNear(found[0], found[1], 1e-5, "output");
    found = both(Precision.FP32, batch, modulated, 1, first);
    Near.assertNear(found[0], found[1], 1e-5, "output");
  }

  @Test
  void bfloat16StaysNear() {
    float[][] found = both(Precision.BF16, 2, 2, 2, 1);
    float[][] exact = both(Precision.FP32, 2, 2, 2, 1);
    double error = 0;
    double square = 0;
    for (int i = 0; i < exact[0].length; i++) {
      error += Math.pow(found[1][i] - exact[0][i], 2);
      square += Math.pow(exact[0][i], 2);
    }
    double relative = Math.sqrt(error / square);
    assertTrue(relative > 0 && relative < .04, "relative error " + relative);
  }

  @Test
  void aLaterInputNeverChangesAnEarlierOutputAndARestartForgetsAll() {
    Transformer transformer = transformer(Precision.FP32);
    NDArray x = Gradients.normal(manager, 1, 1, 1, L, W).stopGradient();
    NDArray m = Gradients.normal(manager, 2, .5, 1, 1, 8, W).stopGradient();
    try (TensorList weights = CausalSteps.weights(transformer)) {
      CausalSteps steps = new CausalSteps(transformer, weights, m, rotary, 1);
      float[] before = steps.next(x).toFloatArray();
      for (int changed = 0; changed < L; changed++) {
        NDArray other = x.duplicate();
        other.set(new ai.djl.ndarray.index.NDIndex("0, " + changed + ", 0"), 9f);
        steps.restart();
        float[] after = steps.next(other).toFloatArray();
        for (int p = 0; p < L; p++) {
          boolean same =
              Arrays.equals(
                  Arrays.copyOfRange(before, p * W, (p + 1) * W),
                  Arrays.copyOfRange(after, p * W, (p + 1) * W));
          assertEquals(p < changed, same, "output " + p + " when input " + changed + " changes");
        }
      }
      steps.restart();
      assertArrayEquals(before, steps.next(x).toFloatArray());
    }
  }

  @Test
  void morePositionsThanThereAreAreRefused() {
    Transformer transformer = transformer(Precision.FP32);
    NDArray x = Gradients.normal(manager, 1, 1, 1, L, W).stopGradient();
    NDArray m = Gradients.normal(manager, 2, .5, 1, 1, 8, W).stopGradient();
    try (TensorList weights = CausalSteps.weights(transformer)) {
      CausalSteps steps = new CausalSteps(transformer, weights, m, rotary, 1);
      steps.next(x);
      IllegalStateException e =
          assertThrows(IllegalStateException.class, () -> steps.next(x.get(":, :1")));
      assertTrue(e.getMessage().contains("1 more positions after 9"), e.getMessage());
      Transformer open = new Transformer(Parameters.on(manager, 1), SIZES, false, Precision.FP32);
      assertThrows(IllegalStateException.class, () -> new CausalSteps(open, weights, m, rotary, 1));
    }
  }
}
