package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class HostMemoryTest {

  private static final Path STAT = Path.of("/proc/thread-self/stat");
  private static final int MEGABYTES = 40;

  /** Pages that this thread has had mapped. */
  private static long faults() throws IOException {
    String stat = Files.readString(STAT);
    return Long.parseLong(stat.substring(stat.lastIndexOf(')') + 2).split(" ")[7]);
  }

  private static void fill(NDManager manager) {
    try (NDArray array = manager.ones(new ai.djl.ndarray.types.Shape(MEGABYTES << 18))) {
      assertEquals(1, array.getFloat(array.size() - 1));
    }
  }

  /** Twenty arrays of 40 MB, one after another, are 204,800 pages if each is mapped anew. */
  @Test
  void whatIsFreedIsTakenAgain() throws IOException {
    Assumptions.assumeTrue(Files.exists(STAT) && !HostMemory.decided(System.getenv()), "no glibc");
    Torch.threads(1);
    try (NDManager manager = Torch.manager()) {
      fill(manager);
      fill(manager);
      long before = faults();
      for (int i = 0; i < 20; i++) {
        fill(manager);
      }
      long pages = faults() - before;
      assertTrue(pages < 20 * MEGABYTES * 256 / 2, pages + " pages were mapped");
    }
  }

  @Test
  void aVariableOfGlibcDecides() {
    assertTrue(HostMemory.decided(Map.of("MALLOC_TRIM_THRESHOLD_", "1")));
    assertTrue(HostMemory.decided(Map.of("MALLOC_ARENA_MAX", "2")));
    assertTrue(HostMemory.decided(Map.of("GLIBC_TUNABLES", "glibc.malloc.check=1")));
    assertFalse(HostMemory.decided(Map.of("PATH", "/bin", "MALLOC", "x")));
  }
}
