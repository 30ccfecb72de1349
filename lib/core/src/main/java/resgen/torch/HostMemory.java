package resgen.torch;

import java.util.Map;

/**
 * What glibc does with memory that is freed. It gives large blocks back to the system, and each is
 * paged in anew when the next step asks for the same; where that is slow, as on virtual machines,
 * sampling in batches took two to three times as long. Here blocks up to a gigabyte are kept for
 * the next step: a process stays as large as it was at most.
 *
 * <p>A variable of glibc's that is set, as {@code MALLOC_TRIM_THRESHOLD_} or {@code
 * GLIBC_TUNABLES}, says that somebody has decided otherwise. Other C libraries are left as they
 * are.
 */
final class HostMemory {

  private static final int TRIM_THRESHOLD = -1; // names of mallopt's
  private static final int TOP_PAD = -2;
  private static final int MMAP_THRESHOLD = -3;

  private HostMemory() {}

  /** Keeps what is freed from now on. */
  static void keep() {
    if (decided(System.getenv())) {
      return;
    }
    NativeLibraries.loaded("libc.so.6")
        .flatMap(libc -> NativeLibraries.function(libc, "mallopt"))
        .ifPresent(
            mallopt -> {
              // Any of them ends glibc's own choice of the thresholds, so all of them.
              mallopt.invokeInt(new Object[] {MMAP_THRESHOLD, 1 << 30});
              mallopt.invokeInt(new Object[] {TRIM_THRESHOLD, Integer.MAX_VALUE});
              mallopt.invokeInt(new Object[] {TOP_PAD, 1 << 24});
            });
  }

  /** Whether an environment has settings of glibc's allocator. */
  static boolean decided(Map<String, String> environment) {
    return environment.keySet().stream()
        .anyMatch(
            name ->
                name.startsWith("MALLOC_") && name.endsWith("_")
                    || name.equals("MALLOC_ARENA_MAX")
                    || name.equals("GLIBC_TUNABLES"));
  }
}
