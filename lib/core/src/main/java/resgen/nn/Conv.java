package resgen.nn;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** A square convolution with bias, over {@code [B, C, H, W]}. */
public final class Conv {

  private final Kernel kernel;
  private final NDArray weight; // [out, in, size, size]
  private final NDArray bias; // [out]
  private final int stride;
  private final int pad;

  /** Declares {@code weight} and {@code bias}; an odd size keeps the extent at stride 1. */
  public Conv(
      Parameters parameters,
      int in,
      int out,
      int size,
      int stride,
      Init init,
      Precision precision) {
    kernel = Parts.kernel(parameters, "conv", precision);
    weight = parameters.add("weight", init, out, in, size, size);
    bias = parameters.add("bias", Init.zeros(), out);
    this.stride = stride;
    this.pad = (size - 1) / 2;
  }

  /** Declares them with a start that keeps the scale. */
  public Conv(Parameters parameters, int in, int out, int size, int stride, Precision precision) {
    this(parameters, in, out, size, stride, Init.fanIn((long) in * size * size), precision);
  }

  /** {@code [B, in, H, W] → [B, out, H/stride, W/stride]}. */
  public NDArray apply(NDArray x) {
    return kernel.apply(x, weight, bias, stride, pad);
  }

  /** Doubles the extent by repeating pixels, then convolves: {@code [B, out, 2H, 2W]}. */
  public NDArray enlarge(NDArray x) {
    return kernel.call("enlarge", x, weight, bias).head();
  }

  /** Convolves, deals channels out to pixels, SiLU: {@code [B, out/4, 2H, 2W]}. */
  public NDArray shuffle(NDArray x) {
    return kernel.call("shuffle", x, weight, bias).head();
  }
}
