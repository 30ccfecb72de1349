package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.noise.Noise;

class GemmTest {

  private static NDArray normal(NDManager manager, int key, int rows, int columns) {
    return Torch.floats(manager, Noise.of(3).stream(key).gaussians(rows * columns), rows, columns);
  }

  /** Few rows, some and many go to different operations. */
  @ParameterizedTest
  @CsvSource({"1, FP32", "8, FP32", "9, FP32", "63, FP32", "64, FP32", "200, FP32", "5, BF16"})
  void oneDnnsLayersEqualLibtorchs(int rows, Precision precision) {
    Assumptions.assumeTrue(OneDnn.available());
    Torch.threads(1);
    try (NDManager manager = Torch.manager()) {
      NDArray x = normal(manager, 1, rows, 24);
      NDArray w = normal(manager, 2, 40, 24);
      for (String method : new String[] {"linear", "linear_gelu"}) {
        float[] expected = values(Kernel.of("gemm", Precision.FP32), method, x, w);
        float[] actual = values(Kernel.of("gemm_onednn", precision), method, x, w);
        for (int i = 0; i < expected.length; i++) {
          double tolerance = precision == Precision.FP32 ? 1e-4 : .02 * Math.abs(expected[i]) + .1;
          assertEquals(expected[i], actual[i], tolerance, method + " " + i);
        }
      }
    }
  }

  private static float[] values(Kernel kernel, String method, NDArray x, NDArray w) {
    return Torch.withGradients(
        false,
        () -> {
          NDArray y = kernel.infer(method, x, w).head(); // of the kernel's precision
          return Kernel.of("cast").infer("forward", List.of(y)).head().toFloatArray();
        });
  }

  /** The operation has no gradient: with gradients on, the layer is libtorch's. */
  @ParameterizedTest
  @ValueSource(ints = {2, 100})
  void gradientsReachTheWeights(int rows) {
    Torch.threads(1);
    try (NDManager manager = Torch.manager()) {
      NDArray x = normal(manager, 1, rows, 24);
      NDArray w = normal(manager, 2, 40, 24);
      Torch.requireGradient(w);
      NDArray loss =
          Torch.withGradients(
              true, () -> Kernel.of("gemm_onednn").call("linear", x, w).head().sum());
      Torch.backward(loss);
      float[] gradient = w.getGradient().toFloatArray();
      float[] sums = x.sum(new int[] {0}).toFloatArray();
      for (int i = 0; i < gradient.length; i++) {
        assertEquals(sums[i % 24], gradient[i], 1e-3);
      }
      assertTrue(gradient.length == 40 * 24);
    }
  }
}
