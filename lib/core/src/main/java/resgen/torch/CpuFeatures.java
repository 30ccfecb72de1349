package resgen.torch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this machine's processor can do. */
final class CpuFeatures {

  private CpuFeatures() {}

  /** Whether the processor has bfloat16 products of its own; false where that cannot be read. */
  static boolean hasNativeBf16() {
    try {
      return Files.readString(Path.of("/proc/cpuinfo"))
          .matches("(?s).*\\b(avx512_bf16|amx_bf16)\\b.*");
    } catch (IOException e) {
      return false;
    }
  }
}
