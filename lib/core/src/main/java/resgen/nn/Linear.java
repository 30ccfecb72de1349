package resgen.nn;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** An affine map of the last axis. */
public final class Linear {

  private final Kernel kernel;
  private final NDArray weight; // [out, in]
  private final NDArray bias; // [out]

  /** Declares {@code weight} and {@code bias} in {@code parameters}. */
  public Linear(Parameters parameters, long in, long out, Precision precision) {
    this(parameters, in, out, Init.fanIn(in), precision);
  }

  /** Declares them with a start of the weight's own. */
  public Linear(Parameters parameters, long in, long out, Init init, Precision precision) {
    kernel = Parts.kernel(parameters, "linear", precision);
    weight = parameters.add("weight", init, out, in);
    bias = parameters.add("bias", Init.zeros(), out);
  }

  /** {@code [..., in] → [..., out]}. */
  public NDArray apply(NDArray x) {
    return kernel.apply(x, weight, bias);
  }

  /** {@code [out, in]}. */
  public NDArray weight() {
    return weight;
  }

  /** {@code [out]}. */
  public NDArray bias() {
    return bias;
  }
}
