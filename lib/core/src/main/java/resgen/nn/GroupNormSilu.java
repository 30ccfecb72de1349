package resgen.nn;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** Group norm, then SiLU; {@code [B, C, H, W]}. */
public final class GroupNormSilu {

  private final Kernel kernel;
  private final NDArray weight;
  private final NDArray bias;
  private final int groups;

  /** Declares gain and bias per channel. */
  public GroupNormSilu(Parameters parameters, int channels, int groups) {
    kernel = Parts.kernel(parameters, "conv", Precision.FP32);
    weight = parameters.add("weight", Init.constant(1), channels);
    bias = parameters.add("bias", Init.zeros(), channels);
    this.groups = groups;
  }

  /** {@code [B, C, H, W] → [B, C, H, W]}. */
  public NDArray apply(NDArray x) {
    return kernel.call("activate", x, weight, bias, groups).head();
  }
}
