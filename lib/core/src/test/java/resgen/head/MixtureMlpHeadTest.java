package resgen.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.Near;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.noise.Noise;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Trainable;

/** The head of AR-ResGen, behind its backbone. */
class MixtureMlpHeadTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static NDManager manager;
  private static CausalModel model;
  private static MixtureMlpHead head;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    model = MadeUp.causal(manager, MadeUp.ar(SHAPE), 7);
    head = (MixtureMlpHead) model.head();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static double[] row(NDArray x, int i) {
    float[] values = x.get(i).toFloatArray();
    double[] wide = new double[values.length];
    Arrays.setAll(wide, k -> values[k]);
    return wide;
  }

  private static double[] linear(double[] x, Map<String, NDArray> a, String name, boolean bias) {
    float[] w = a.get(name).toFloatArray();
    int out = w.length / x.length;
    double[] y = new double[out];
    float[] b = bias ? a.get(name.replace("weight", "bias")).toFloatArray() : new float[out];
    for (int o = 0; o < out; o++) {
      y[o] = b[o];
      for (int i = 0; i < x.length; i++) {
        y[o] += w[o * x.length + i] * x[i];
      }
    }
    return y;
  }

  /** Features of a position alone do not change with what else is in the batch. */
  @Test
  void featuresAreOfAPositionAloneAndReadSumLevelAndState() {
    int n = 6;
    NDArray hidden = Torch.floats(manager, Noise.of(1).stream(1).gaussians(n * 16), n, 16);
    NDArray sums = Torch.floats(manager, Noise.of(1).stream(2).gaussians(n * 4), n, 4);
    NDArray level = Torch.longs(manager, new int[] {0, 1, 2, 0, 1, 2}, n);
    Torch.scoped(
        () -> {
          NDArray all = head.features(hidden, sums, level);
          for (int i = 0; i < n; i++) {
            String one = i + ":" + (i + 1);
            Near.assertNear(
                all.get(i).toFloatArray(),
                head.features(hidden.get(one), sums.get(one), level.get(one)).toFloatArray(),
                1e-5,
                "alone");
          }
          NDArray zero = hidden.zerosLike();
          differs(all, head.features(zero, sums, level));
          differs(all, head.features(hidden, sums.zerosLike(), level));
          differs(all, head.features(hidden, sums, level.add(1).mod(3)));
          return null;
        });
  }

  private static void differs(NDArray a, NDArray b) {
    float[] x = a.toFloatArray();
    float[] y = b.toFloatArray();
    double most = 0;
    for (int i = 0; i < x.length; i++) {
      most = Math.max(most, Math.abs(x[i] - y[i]));
    }
    assertTrue(most > 1e-2, "no effect: " + most);
  }

  /** What goes into the stack: the position's state and the sum in the unit of the input. */
  @Test
  void theSumIsReadInTheUnitOfTheInput() {
    Map<String, NDArray> a = model.parameters().arrays();
    float scale = a.get("input.scale").getFloat(0);
    assertTrue(Math.abs(scale - 1) > 1e-2, "the scale has no effect");
    NDArray hidden = Torch.floats(manager, Noise.of(1).stream(1).gaussians(16), 1, 16);
    NDArray sums = Torch.floats(manager, Noise.of(1).stream(2).gaussians(4), 1, 4);
    NDArray level = Torch.longs(manager, new int[] {1}, 1);
    double[] in = row(sums, 0);
    double[] scaled = Arrays.stream(in).map(x -> x * scale).toArray();
    double[] moved = linear(scaled, a, "mlp.sum.weight", true);
    double[] state = row(hidden, 0);
    float[] together = new float[16];
    for (int k = 0; k < 16; k++) {
      together[k] = (float) (state[k] + moved[k]);
    }
    float[] bias = a.get("mlp.sum.bias").toFloatArray();
    for (int k = 0; k < 16; k++) {
      together[k] -= bias[k]; // which features() adds to a sum of zero
    }
    Torch.scoped(
        () -> {
          Near.assertNear(
              head.features(hidden, sums, level).toFloatArray(),
              head.features(Torch.floats(manager, together, 1, 16), sums.zerosLike(), level)
                  .toFloatArray(),
              1e-4,
              "features");
          return null;
        });
  }

  @Test
  void theLossIsThatOfTheMixtureAtItsFeatures() {
    int[] codes = new int[2 * SHAPE.tokens()];
    Noise.Stream noise = Noise.of(2).stream(0);
    Arrays.setAll(codes, i -> noise.nextInt(SHAPE.codes()));
    int[] visible = {0, 1, 2, 3, 1, 0, 2, 1};
    Objective how = MadeUp.ar(SHAPE).objective();
    Torch.scoped(
        () -> {
          Target target = MadeUp.target(model, codes, visible);
          NDArray hidden = MadeUp.hidden(model, codes, visible, 0, 2).reshape(2, 4, 16);
          Trainable.Loss loss = head.loss(hidden, target, how);
          double regression = 0;
          double divergence = 0;
          double exact = 0;
          int masked = 0;
          for (int i = 0; i < visible.length; i++) {
            if (visible[i] == SHAPE.depth()) {
              continue;
            }
            NDArray level = Torch.longs(manager, new int[] {SHAPE.depth() - 1 - visible[i]}, 1);
            NDArray at = hidden.reshape(8, 16).get(i + ":" + (i + 1));
            NDArray seen = target.visibleSum().reshape(8, 4).get(i + ":" + (i + 1));
            NDArray z = target.maskedSum().reshape(8, 4).get(i + ":" + (i + 1));
            MixtureHead.Terms terms =
                MadeUp.mixture(model).terms(head.features(at, seen, level), z, level, how.bound());
            regression += terms.regression().getFloat(0);
            divergence += terms.divergence().getFloat(0);
            exact += terms.exact().getFloat(0);
            masked += SHAPE.depth() - visible[i];
          }
          assertEquals((regression + divergence) / masked, loss.total().getFloat(), 1e-4);
          assertEquals(exact / masked, loss.parts().get("nll").getFloat(), 1e-4);
          assertEquals(exact, head.likelihood(hidden, target).getFloat(), 1e-3);
          return null;
        });
  }
}
