package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

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

  private static final int RUNS = 12;
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  private PrecisionProbe() {}

  static Precision fastest(NDManager root) {
    try (NDManager manager = root.newSubManager()) {
      // Large enough to fill a GPU, where smaller products take the time of their launches.
      boolean gpu = manager.getDevice().isGpu();
      int rows = gpu ? 16_384 : 1024;
      int width = gpu ? 1024 : 256;
      NDArray x = manager.ones(new Shape(rows, width));
      NDArray w = manager.ones(new Shape(width, width)).mul(1f / width);
      Kernel fp32 = Kernel.compile("probe-fp32", SOURCE, Precision.FP32);
      Kernel bf16 = Kernel.compile("probe-bf16", SOURCE, Precision.BF16);
      double[] best = {Double.MAX_VALUE, Double.MAX_VALUE};
      // By turns and the best of many: another program's load must not decide.
      for (int i = 0; i < RUNS; i++) {
        best[0] = Math.min(best[0], seconds(fp32, x, w));
        best[1] = Math.min(best[1], seconds(bf16, x, w));
      }
      return best[1] < 0.8 * best[0] ? Precision.BF16 : Precision.FP32;
    }
  }

  private static double seconds(Kernel kernel, NDArray x, NDArray w) {
    boolean gpu = x.getDevice().isGpu();
    long start = now(gpu);
    try (NDArray y = kernel.infer("forward", x, w).head()) {
      y.getFloat(0, 0); // waits for a GPU
    }
    return (now(gpu) - start) / 1e9;
  }

  /** A GPU works on a clock of its own; a processor's time counts this thread's share alone. */
  private static long now(boolean gpu) {
    return gpu || !THREADS.isCurrentThreadCpuTimeSupported()
        ? System.nanoTime()
        : THREADS.getCurrentThreadCpuTime();
  }
}
