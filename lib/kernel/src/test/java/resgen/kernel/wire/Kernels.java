package resgen.kernel.wire;

import java.nio.file.Path;
import java.util.List;
import resgen.kernel.KernelSpec;

/** How tests start a kernel: as its kernel spec does. */
final class Kernels {
  private Kernels() {}

  static List<String> command(String... flags) {
    return KernelSpec.command(
        KernelSpec.Options.ofThisJvm().withFlags(List.of(flags)),
        Path.of("target", "kernel").toAbsolutePath());
  }
}
