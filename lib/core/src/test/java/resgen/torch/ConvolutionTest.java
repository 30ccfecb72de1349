package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.noise.Noise;

class ConvolutionTest {

  private static final String PLAIN =
      """
      def convolve(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
        return torch.conv2d(x, w, b, [stride, stride], [pad, pad])
      def convolve1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
        return torch.conv1d(x, w, b, [stride], [pad])
      def widen1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
        return torch.conv_transpose1d(x, w, b, [stride], [pad])
      def depthwise1(self, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int) -> Tensor:
        return torch.conv1d(x, w, b, [stride], [pad], [1], x.size(1))
      def forward(self, x: Tensor) -> Tensor:
        return x
      """;

  private static final String OURS =
      "# include %s\ndef forward(self, x: Tensor) -> Tensor:\n  return x\n";

  private static final int[] EXTENT = {6, 6};

  /** A value and the gradients of input, weight and bias, in float64 where libtorch has it. */
  private record Result(double[][] arrays) {}

  /**
   * Channels that fill oneDNN's blocks and channels that do not, against float64, which oneDNN does
   * not compute: as this machine computes them, and in full blocks, which some need.
   */
  @ParameterizedTest
  @CsvSource({
    "convolve, 16, 1, 3, 1", "convolve, 16, 3, 3, 1", "convolve, 8, 8, 3, 1",
    "convolve, 24, 40, 3, 1", "convolve, 9, 17, 3, 1", "convolve, 3, 8, 4, 2",
    "convolve, 48, 16, 4, 2", "convolve, 32, 64, 3, 1", "convolve, 16, 8, 1, 1",
    "convolve1, 20, 40, 3, 1", "convolve1, 80, 64, 4, 2", "convolve1, 100, 32, 3, 1",
    "widen1, 24, 24, 4, 2", "widen1, 64, 80, 4, 2", "widen1, 8, 12, 4, 2"
  })
  void valuesAndGradientsAreRightWhateverTheChannelsAre(
      String method, int in, int out, int size, int stride) {
    Torch.threads(1);
    for (String file : new String[] {"convolve", "convolve_full"}) {
      Kernel ours = Kernel.of("test/" + file, OURS.formatted(file));
      Kernel plain = Kernel.of("test/convolutions", PLAIN);
      Result actual = result(ours, method, DataType.FLOAT32, in, out, size, stride);
      Result expected = result(plain, method, DataType.FLOAT64, in, out, size, stride);
      for (int a = 0; a < expected.arrays().length; a++) {
        for (int i = 0; i < expected.arrays()[a].length; i++) {
          double right = expected.arrays()[a][i];
          assertEquals(right, actual.arrays()[a][i], 1e-3, file + ", array " + a + ", " + i);
        }
      }
    }
  }

  /** Those of the mel codec; there is no other way for them. */
  @ParameterizedTest
  @CsvSource({"3, 7, 1", "20, 7, 1", "48, 7, 1", "24, 3, 2"})
  void depthwiseOnesAreRightAsTheyAre(int channels, int size, int stride) {
    Torch.threads(1);
    Kernel plain = Kernel.of("test/convolutions", PLAIN);
    DataType[] types = {DataType.FLOAT64, DataType.FLOAT32};
    double[][][] arrays = new double[2][][];
    for (int i = 0; i < 2; i++) {
      arrays[i] = result(plain, "depthwise1", types[i], channels, channels, size, stride).arrays();
    }
    for (int a = 0; a < arrays[0].length; a++) {
      assertArrayEquals(arrays[0][a], arrays[1][a], 1e-3, "array " + a);
    }
  }

  private static Result result(
      Kernel kernel, String method, DataType type, int in, int out, int size, int stride) {
    try (NDManager manager = Torch.manager()) {
      boolean flat = !method.equals("convolve");
      int extent = flat ? EXTENT[0] : EXTENT[0] * EXTENT[1];
      int patch = flat ? size : size * size;
      float[] xs = Noise.of(1).stream(0).gaussians(2 * in * extent);
      int each = method.equals("depthwise1") ? 1 : in;
      float[] ws = Noise.of(1).stream(1).gaussians(each * out * patch);
      float[] bs = Noise.of(1).stream(2).gaussians(out);
      NDArray x = leaf(manager, type, xs, flat ? new Shape(2, in, 6) : new Shape(2, in, 6, 6));
      int first = method.equals("widen1") ? in : out;
      Shape shape =
          flat ? new Shape(first, each * out / first, size) : new Shape(out, in, size, size);
      NDArray w = leaf(manager, type, ws, shape);
      NDArray b = leaf(manager, type, bs, new Shape(out));
      spoil(manager);
      NDArray y =
          Torch.withGradients(
              true, () -> kernel.call(method, x, w, b, stride, (size - 1) / 2).head());
      spoil(manager);
      float[] slope = Noise.of(1).stream(3).gaussians((int) y.size());
      Torch.backward(y, array(manager, type, slope, y.getShape()));
      return new Result(
          new double[][] {
            values(y), values(x.getGradient()), values(w.getGradient()), values(b.getGradient())
          });
    }
  }

  /** Leaves numbers that are none in the memory that is taken next. */
  private static void spoil(NDManager manager) {
    for (int power = 4; power < 18; power++) {
      manager.full(new Shape(1 << power), Float.NaN).close();
    }
  }

  private static NDArray leaf(NDManager manager, DataType type, float[] values, Shape shape) {
    NDArray array = array(manager, type, values, shape);
    Torch.requireGradient(array);
    return array;
  }

  private static NDArray array(NDManager manager, DataType type, float[] values, Shape shape) {
    return manager.create(values, shape).toType(type, true);
  }

  private static double[] values(NDArray array) {
    return array.toType(DataType.FLOAT64, true).toDoubleArray();
  }
}
