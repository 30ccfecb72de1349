package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/** Times one linear layer in both precisions. */
final class PrecisionProbe {

  private static final String SOURCE =
      """
      def forward(self, x: Tensor, w: Tensor) -> Tensor:
        y = x
        for i in range(8):
          y = torch.linear(y.to(@P@), w.to(@P@)).to(6)
        return y
      """;

  private PrecisionProbe() {}

  static Precision fastest(NDManager root) {
    try (NDManager manager = root.newSubManager()) {
      NDArray x = manager.ones(new Shape(1024, 256));
      NDArray w = manager.ones(new Shape(256, 256)).mul(1f / 256);
      double fp32 = seconds(Kernel.compile("probe-fp32", SOURCE, Precision.FP32), x, w);
      double bf16 = seconds(Kernel.compile("probe-bf16", SOURCE, Precision.BF16), x, w);
      return bf16 < 0.8 * fp32 ? Precision.BF16 : Precision.FP32;
    }
  }

  private static double seconds(Kernel kernel, NDArray x, NDArray w) {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < 12; i++) {
      long start = System.nanoTime();
      kernel.infer("forward", x, w).head().getFloat(0, 0);
      best = Math.min(best, (System.nanoTime() - start) / 1e9);
    }
    return best;
  }
}
