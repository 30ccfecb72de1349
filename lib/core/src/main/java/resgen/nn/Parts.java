package resgen.nn;

import resgen.torch.Kernel;
import resgen.torch.Precision;

/** What parts share. */
public final class Parts {

  private Parts() {}

  /** The kernel, or null in a plan, which needs no engine. */
  public static Kernel kernel(Parameters parameters, String name, Precision precision) {
    return parameters.manager() == null ? null : Kernel.of(name, precision);
  }
}
