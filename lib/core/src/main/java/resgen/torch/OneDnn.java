package resgen.torch;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * What this libtorch's oneDNN has and can on this processor: a linear layer as an operation of its
 * own, and convolutions that are right.
 */
final class OneDnn {

  private static final String PROBE =
      """
      def forward(self, x: Tensor) -> Tensor:
        return ops.mkldnn._linear_pointwise(x, x, None, "gelu", \
      annotate(List[Optional[number]], []), "tanh")
      """;

  /**
   * Counts in how many values and gradients a convolution differs from the same one with channels
   * in full blocks. Its numbers are small integers, so that every precision has them exactly; the
   * memory that libtorch will take is not zero.
   */
  private static final String CONVOLUTION =
      """
      # include convolve_full
      def integers(self, shape: List[int], like: Tensor) -> Tensor:
        count = 1
        for extent in shape:
          count = count * extent
        i = torch.arange(count, dtype=4, device=like.device)
        return ((i * i * 31 + i * 7) % 11 % 3 - 1).reshape(shape).to(@P@)
      def gradient(self, g: Tensor, x: Tensor, w: Tensor, stride: int, pad: int) -> Tensor:
        return torch.convolution_backward(g, x, w, None, [stride, stride], [pad, pad], [1, 1], False, [0, 0], 1, [True, True, False])[0]
      def forward(self, like: Tensor, channels: int, out: int, size: int, stride: int) -> Tensor:
        x = self.integers([4, channels, 8, 8], like)
        w = self.integers([out, channels, size, size], like)
        b = torch.zeros([out], dtype=@P@, device=like.device)
        pad = (size - 1) // 2
        right = self.convolve(x, w, b, stride, pad)
        g = self.integers(right.size(), like)
        slope = self.gradient(self.input(g), self.input(x), self.weight(w), stride, pad).narrow(1, 0, channels)
        for power in range(14):
          torch.full([16 << power], float("nan"), device=like.device)
        y = torch.conv2d(x, w, None, [stride, stride], [pad, pad])
        dx = self.gradient(g, x, w, stride, pad)
        return torch.sum((y != right).to(6)) + torch.sum((dx != slope).to(6))
      """;

  private OneDnn() {}

  private static final class Holder {
    static final boolean AVAILABLE = probe();

    private static boolean probe() {
      try (NDManager manager = Torch.root().newSubManager(ai.djl.Device.cpu());
          NDArray y =
              Kernel.compile("onednn", PROBE, Precision.FP32)
                  .infer("forward", manager.ones(new Shape(2, 2)))
                  .head()) {
        return Math.abs(y.getFloat(0, 0) - 1.9546) < 1e-3;
      } catch (IllegalArgumentException | ai.djl.engine.EngineException e) {
        return false;
      }
    }
  }

  /**
   * Whether there is the linear layer. It is 10 to 20 % faster in float32 than the layer that
   * libtorch picks, on processors for which MKL has no kernels of its own, and takes the activation
   * along; it has no gradient.
   */
  static boolean available() {
    return Holder.AVAILABLE;
  }

  private static final class Convolutions {
    static final boolean RIGHT = Torch.root().getDevice().isGpu() || right();

    private static boolean right() {
      try (NDManager manager = Torch.root().newSubManager(ai.djl.Device.cpu())) {
        NDArray like = manager.zeros(new Shape());
        for (Precision precision : Precision.values()) {
          Kernel kernel = Kernel.compile("convolution", CONVOLUTION, precision);
          if (wrong(kernel, like, 16, 1, 3, 1)
              || wrong(kernel, like, 24, 32, 3, 1)
              || wrong(kernel, like, 48, 16, 4, 2)
              || wrong(kernel, like, 8, 16, 4, 2)
              || wrong(kernel, like, 9, 9, 1, 1)) {
            return false;
          }
        }
        return true;
      }
    }

    private static boolean wrong(
        Kernel kernel, NDArray like, int in, int out, int size, int stride) {
      try (NDArray count = kernel.infer("forward", like, in, out, size, stride).head()) {
        return count.getFloat() > 0;
      }
    }
  }

  /**
   * Whether convolutions are right whatever their channels are. With libtorch 2.7.1 (oneDNN 3.7.1)
   * on an AMD EPYC of family 26 (Zen 5) those are not whose channels do not fill blocks of 16 or,
   * with strides, of 32: parts of blocks are read from memory that was never written, and come out
   * as any number or NaN. There convolutions of groups are right, depthwise ones too, but for their
   * input's gradient with strides in bfloat16, which nothing here asks for.
   */
  static boolean convolves() {
    return Convolutions.RIGHT;
  }
}
