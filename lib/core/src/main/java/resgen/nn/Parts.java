package resgen.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/** What parts share. */
public final class Parts {

  private Parts() {}

  /** The kernel, or null in a plan, which needs no engine. */
  public static Kernel kernel(Parameters parameters, String name, Precision precision) {
    return parameters.manager() == null ? null : Kernel.of(name, precision);
  }

  /** An array without entries, for a parameter that a part does not have; null in a plan. */
  public static NDArray empty(Parameters parameters, int axes) {
    return parameters.manager() == null
        ? null
        : parameters.manager().zeros(new Shape(new long[axes]));
  }
}
