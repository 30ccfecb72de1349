package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertThrows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import resgen.torch.Precision;
import resgen.torch.TensorList;
import resgen.torch.Torch;

class MlpStackTest {

  private static final int N = 5;
  private static final int W = 8;
  private static final int LEVELS = 3;

  private NDManager manager;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Leaves: x, then each block's table, up and down, then the final table. */
  private static NDArray plain(NDList leaves, int blocks, int[] level) {
    NDArray x = leaves.get(0);
    NDArray at = Torch.longs(x.getManager(), level, level.length).toType(DataType.INT32, false);
    for (int i = 0; i < blocks; i++) {
      NDArray m = leaves.get(1 + 3 * i).get(at); // [N, 3, W]
      NDArray y = Plain.modulate(x, m.get(":, 0"), m.get(":, 1"));
      NDArray hidden = Plain.geluTanh(Plain.linear(y, leaves.get(2 + 3 * i)));
      x = x.add(m.get(":, 2").mul(Plain.linear(hidden, leaves.get(3 + 3 * i))));
    }
    NDArray m = leaves.get(leaves.size() - 1).get(at);
    return Plain.modulate(x, m.get(":, 0"), m.get(":, 1"));
  }

  @Test
  void theKernelEqualsPlainOperationsInValuesAndGradients() {
    Parameters parameters = Parameters.on(manager, 1);
    MlpStack stack =
        new MlpStack(parameters, new MlpStack.Settings(2, 3, 1), W, LEVELS, Precision.FP32);
    Gradients.spread(parameters, .4);
    int[] level = {0, 2, 1, 1, 2};
    NDList leaves = new NDList(Gradients.normal(manager, 1, 1, N, W));
    leaves.addAll(parameters.list());
    NDArray at = Torch.longs(manager, level, N);
    Gradients.assertSame(l -> plain(l, 2, level), l -> stack.apply(l.get(0), at), leaves, 1e-4);
  }

  @Test
  void theStepOfOneLevelEqualsTheStack() {
    for (int n : new int[] {1, 4, 5}) {
      for (Precision precision : Precision.values()) {
        Parameters parameters = Parameters.on(manager, 1);
        MlpStack stack =
            new MlpStack(parameters, new MlpStack.Settings(2, 3, 1), W, LEVELS, precision);
        Linear layer = new Linear(parameters.scope("in"), 6, W, Precision.FP32);
        Gradients.spread(parameters, .4);
        parameters.freeze();
        NDArray hidden = Gradients.normal(manager, 1, 1, n, W).stopGradient();
        NDArray in = Gradients.normal(manager, 2, 1, n, 6).stopGradient();
        NDArray scale = Torch.floats(manager, new float[] {1.5f}, 1);
        NDArray level = manager.ones(new ai.djl.ndarray.types.Shape(n), DataType.INT64);
        try (TensorList weights = stack.weights()) {
          resgen.Near.assertNear(
              stack.apply(layer.apply(in.mul(scale)).add(hidden), level).toFloatArray(),
              stack.single(hidden, in, scale, layer, 1, weights).toFloatArray(),
              precision == Precision.FP32 ? 1e-5 : 0.05,
              precision + " " + n);
        }
      }
    }
  }

  @Test
  void withClosedGatesItIsTheLayerNormOfItsInput() {
    MlpStack stack =
        new MlpStack(
            Parameters.on(manager, 1), new MlpStack.Settings(3, 2, 0), W, LEVELS, Precision.FP32);
    NDArray x = Gradients.normal(manager, 1, 1, N, W);
    resgen.Near.assertNear(
        Plain.layerNorm(x, 1e-5).toFloatArray(),
        stack.apply(x, Torch.longs(manager, new int[N], N)).toFloatArray(),
        1e-5,
        "output");
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new MlpStack.Settings(0, 1, 0));
    assertThrows(IllegalArgumentException.class, () -> new MlpStack.Settings(1, 0, 0));
  }
}
