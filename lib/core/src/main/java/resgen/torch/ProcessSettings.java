package resgen.torch;

import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.Optional;

/**
 * Settings of libtorch for the whole process that DJL has no call for: members of {@code
 * at::Context}, by their mangled names.
 */
final class ProcessSettings {

  private ProcessSettings() {}

  /** Whether this libtorch has a member of this name. */
  static boolean has(String member) {
    return find(member).isPresent();
  }

  /**
   * Calls a setter.
   *
   * @throws IllegalStateException if this libtorch has none of that name
   */
  static void set(String setter, boolean on) {
    function(setter).invokeVoid(new Object[] {context(), on ? 1 : 0});
  }

  /**
   * Calls a getter.
   *
   * @throws IllegalStateException if this libtorch has none of that name
   */
  static boolean get(String getter) {
    return (function(getter).invokeInt(new Object[] {context()}) & 1) == 1;
  }

  private static Pointer context() {
    return function("_ZN2at13globalContextEv").invokePointer(new Object[0]);
  }

  private static Function function(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalStateException("this libtorch has no setting " + name));
  }

  private static Optional<Function> find(String name) {
    return NativeLibraries.loaded("libtorch_cpu.so")
        .flatMap(library -> NativeLibraries.function(library, name));
  }
}
