package resgen.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.torch.Precision;
import resgen.torch.Torch;

class PartsTest {

  private NDManager manager;
  private Parameters parameters;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
    parameters = Parameters.on(manager, 1);
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Leaf 0 is the input, then the parameters in order. */
  private void assertSame(
      Function<NDList, NDArray> plain, Function<NDArray, NDArray> part, long... shape) {
    Gradients.spread(parameters, .4);
    NDList leaves = new NDList(Gradients.normal(manager, 5, 1, shape));
    leaves.addAll(parameters.list());
    Gradients.assertSame(plain, l -> part.apply(l.get(0)), leaves, 1e-4);
  }

  @Test
  void linearIsAnAffineMapOfTheLastAxis() {
    Linear linear = new Linear(parameters, 5, 3, Precision.FP32);
    assertSame(l -> Plain.linear(l.get(0), l.get(1)).add(l.get(2)), linear::apply, 2, 4, 5);
  }

  @Test
  void mlpIsLinearSiluLinear() {
    Mlp mlp = new Mlp(parameters, 5, 7, 3, Init.zeros(), Precision.FP32);
    assertSame(
        l -> {
          NDArray h = Plain.silu(Plain.linear(l.get(0), l.get(1)).add(l.get(2)));
          return Plain.linear(h, l.get(3)).add(l.get(4));
        },
        mlp::apply,
        6,
        5);
  }

  @ParameterizedTest
  @CsvSource({"3, 1, 1", "1, 1, 0", "4, 2, 1", "3, 2, 1", "5, 1, 2"})
  void convolutionIsASumOfShiftedProducts(int size, int stride, int pad) {
    Conv conv = new Conv(parameters, 3, 4, size, stride, Precision.FP32);
    assertSame(l -> Plain.conv(l.get(0), l.get(1), l.get(2), stride, pad), conv::apply, 2, 3, 8, 6);
    NDArray y = conv.apply(manager.zeros(new Shape(1, 3, 8, 6)));
    assertEquals(new Shape(1, 4, 8 / stride, 6 / stride), y.getShape());
  }

  @Test
  void enlargeRepeatsPixelsFirst() {
    Conv conv = new Conv(parameters, 3, 2, 3, 1, Precision.FP32);
    assertSame(
        l -> Plain.conv(l.get(0).repeat(2, 2).repeat(3, 2), l.get(1), l.get(2), 1, 1),
        conv::enlarge,
        2,
        3,
        4,
        5);
  }

  @Test
  void shuffleDealsChannelsOutToPixels() {
    Conv conv = new Conv(parameters, 3, 8, 3, 1, Precision.FP32);
    assertSame(
        l -> {
          NDArray y = Plain.silu(Plain.conv(l.get(0), l.get(1), l.get(2), 1, 1));
          return y.reshape(2, 2, 2, 2, 4, 5).transpose(0, 1, 4, 2, 5, 3).reshape(2, 2, 8, 10);
        },
        conv::shuffle,
        2,
        3,
        4,
        5);
  }

  @Test
  void groupNormSiluNormalisesGroupsOfChannels() {
    GroupNormSilu norm = new GroupNormSilu(parameters, 6, 3);
    assertSame(
        l -> Plain.silu(Plain.groupNorm(l.get(0), l.get(1), l.get(2), 3)), norm::apply, 2, 6, 3, 4);
  }

  @Test
  void residualConvolutionAddsTwoNormedConvolutions() {
    ResidualConv block = new ResidualConv(parameters, 4, 2, Precision.FP32);
    assertSame(
        l -> {
          NDArray h = Plain.silu(Plain.groupNorm(l.get(0), l.get(1), l.get(2), 2));
          h = Plain.conv(h, l.get(3), l.get(4), 1, 1);
          h = Plain.silu(Plain.groupNorm(h, l.get(5), l.get(6), 2));
          return l.get(0).add(Plain.conv(h, l.get(7), l.get(8), 1, 1));
        },
        block::apply,
        2,
        4,
        5,
        5);
  }

  @Test
  void bfloat16StaysNearFloat32AndReturnsFloat32() {
    Linear exact = new Linear(parameters.scope("a"), 64, 32, Precision.FP32);
    Linear rough = new Linear(parameters.scope("b"), 64, 32, Precision.BF16);
    NDArray x = Gradients.normal(manager, 5, 1, 10, 64);
    exact.weight().copyTo(rough.weight());
    float[] expected = exact.apply(x).toFloatArray();
    float[] actual = rough.apply(x).toFloatArray();
    resgen.Near.assertNear(expected, actual, 0.01, "bf16");
    org.junit.jupiter.api.Assertions.assertFalse(java.util.Arrays.equals(expected, actual));
    assertArrayEquals(new long[] {10, 32}, rough.apply(x).getShape().getShape());
  }
}
