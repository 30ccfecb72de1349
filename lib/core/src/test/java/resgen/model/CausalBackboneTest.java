package resgen.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.torch.Precision;
import resgen.torch.Torch;

class CausalBackboneTest {

  private static final TokenShape SHAPE = new TokenShape(2, 3, 4, 4, 2);
  private static final int W = 16;
  private static NDManager manager;
  private static CausalBackbone backbone;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    Parameters parameters = Parameters.on(manager, 3);
    backbone =
        new CausalBackbone(
            parameters, SHAPE, Transformer.Settings.of(W, 2, 2).gate(1), Precision.FP32);
    MadeUp.stir(parameters, 3);
    parameters.freeze();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static float[] hidden(float[] sums, int label) {
    return Torch.scoped(
        () ->
            backbone
                .hidden(
                    Torch.floats(manager, sums, 1, SHAPE.positions(), SHAPE.dimension()),
                    Torch.longs(manager, new int[] {label}, 1),
                    false)
                .toFloatArray());
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
    float[] none = hidden(sums, SHAPE.nullClass());
    for (int p = 0; p < SHAPE.positions(); p++) {
      assertFalse(
          Arrays.equals(
              Arrays.copyOfRange(one, p * W, (p + 1) * W),
              Arrays.copyOfRange(none, p * W, (p + 1) * W)));
    }
  }

  @Test
  void oneSinglePositionIsTheClassAlone() {
    TokenShape single = new TokenShape(1, 2, 4, 4, 2);
    Parameters parameters = Parameters.on(manager, 3);
    CausalBackbone small =
        new CausalBackbone(
            parameters, single, Transformer.Settings.of(W, 1, 2).gate(1), Precision.FP32);
    NDArray label = Torch.longs(manager, new int[] {1}, 1);
    float[] a =
        small.hidden(Torch.floats(manager, new float[4], 1, 1, 4), label, false).toFloatArray();
    float[] b =
        small
            .hidden(Torch.floats(manager, new float[] {1, 2, 3, 4}, 1, 1, 4), label, false)
            .toFloatArray();
    assertEquals(W, a.length);
    assertEquals(Arrays.toString(a), Arrays.toString(b));
  }
}
