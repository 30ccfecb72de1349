package resgen.nn;

import ai.djl.ndarray.NDArray;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** Linear, SiLU, linear. */
public final class Mlp {

  private final Kernel kernel;
  private final NDArray inWeight; // [hidden, in]
  private final NDArray inBias; // [hidden]
  private final NDArray outWeight; // [out, hidden]
  private final NDArray outBias; // [out]

  /** Declares the four arrays; the output layer starts from {@code last}. */
  public Mlp(
      Parameters parameters, long in, long hidden, long out, Init last, Precision precision) {
    kernel = Parts.kernel(parameters, "mlp", precision);
    inWeight = parameters.add("in.weight", Init.fanIn(in), hidden, in);
    inBias = parameters.add("in.bias", Init.zeros(), hidden);
    outWeight = parameters.add("out.weight", last, out, hidden);
    outBias = parameters.add("out.bias", Init.zeros(), out);
  }

  /** {@code [..., in] → [..., out]}. */
  public NDArray apply(NDArray x) {
    return kernel.apply(x, inWeight, inBias, outWeight, outBias);
  }
}
