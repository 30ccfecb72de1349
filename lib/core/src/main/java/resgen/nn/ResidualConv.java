package resgen.nn;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** Group norm, SiLU, convolution, twice, added to the input; {@code [B, C, H, W]}. */
public final class ResidualConv {

  private final Kernel kernel;
  private final NDArray[] arrays;
  private final int groups;

  /** Declares the block; its last convolution starts small, so that the block starts near x. */
  public ResidualConv(Parameters parameters, int channels, int groups, Precision precision) {
    kernel = Parts.kernel(parameters, "conv", precision);
    this.groups = groups;
    long fan = channels * 9L;
    arrays =
        new NDArray[] {
          parameters.add("norm1.weight", Init.constant(1), channels),
          parameters.add("norm1.bias", Init.zeros(), channels),
          parameters.add("conv1.weight", Init.fanIn(fan), channels, channels, 3, 3),
          parameters.add("conv1.bias", Init.zeros(), channels),
          parameters.add("norm2.weight", Init.constant(1), channels),
          parameters.add("norm2.bias", Init.zeros(), channels),
          parameters.add(
              "conv2.weight", Init.normal(0.1 / Math.sqrt(fan)), channels, channels, 3, 3),
          parameters.add("conv2.bias", Init.zeros(), channels)
        };
  }

  /** {@code [B, C, H, W] → [B, C, H, W]}. */
  public NDArray apply(NDArray x) {
    NDArray[] a = arrays;
    return kernel
        .call("residual", x, a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], groups)
        .head();
  }
}
