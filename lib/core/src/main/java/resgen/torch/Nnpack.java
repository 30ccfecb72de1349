package resgen.torch;

/**
 * NNPACK, which libtorch takes for convolutions of fewer than sixteen images with one thread where
 * the processor is one that NNPACK knows; where it is not, libtorch says so on the standard error
 * for every thread, and takes another. Without it all processors take the same way, in silence.
 */
final class Nnpack {

  private static final String SETTER = "_ZN2at7Context20setUserEnabledNNPACKEb";

  private Nnpack() {}

  /** Switches it off for the process, if this libtorch has the switch. */
  static void disable() {
    if (ProcessSettings.has(SETTER)) {
      ProcessSettings.set(SETTER, false);
    }
  }
}
