package resgen.torch;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import java.util.Optional;

/**
 * NNPACK, which libtorch takes for convolutions of fewer than sixteen images with one thread where
 * the processor is one that NNPACK knows; where it is not, libtorch says so on the standard error
 * for every thread, and takes another. Without it all processors take the same way, in silence.
 */
final class Nnpack {

  private Nnpack() {}

  /** Switches it off for the process, if this libtorch has the switch. */
  static void disable() {
    Optional<NativeLibrary> library = NativeLibraries.loaded("libtorch_cpu.so");
    Optional<Function> context = find(library, "_ZN2at13globalContextEv");
    Optional<Function> set = find(library, "_ZN2at7Context20setUserEnabledNNPACKEb");
    if (context.isPresent() && set.isPresent()) {
      set.get().invokeVoid(new Object[] {context.get().invokePointer(new Object[0]), 0});
    }
  }

  private static Optional<Function> find(Optional<NativeLibrary> library, String name) {
    return library.flatMap(l -> NativeLibraries.function(l, name));
  }
}
