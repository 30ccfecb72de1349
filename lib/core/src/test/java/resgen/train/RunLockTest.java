package resgen.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("try") // resources that only have to be open
class RunLockTest {

  @TempDir private Path folder;

  /** Another process: locks a folder, says so, and holds it until its input ends. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws IOException {
      try (RunLock lock = RunLock.of(Path.of(args[0]))) {
        System.out.println("held");
        System.out.flush();
        while (System.in.read() >= 0) {}
      }
    }
  }

  private Process holder() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Holder.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals("held", process.inputReader().readLine());
    return process;
  }

  @Test
  void aFolderThatAnotherProcessHoldsIsRefusedUntilItEndsHoweverItEnds() throws Exception {
    for (boolean killed : new boolean[] {false, true}) {
      Process other = holder();
      try {
        String message =
            assertThrows(IllegalStateException.class, () -> RunLock.of(folder)).getMessage();
        assertTrue(message.contains(folder.toString()), message);
        assertTrue(message.contains("another process"), message);
      } finally {
        if (killed) {
          other.destroyForcibly();
        } else {
          other.getOutputStream().close();
        }
      }
      assertTrue(other.waitFor(20, TimeUnit.SECONDS));
      RunLock.of(folder).close();
    }
  }

  @Test
  void aFolderIsMadeAndLockedOnceInAProcessByWhateverName() throws IOException {
    Path path = folder.resolve("a").resolve("b");
    try (RunLock lock = RunLock.of(path)) {
      assertThrows(IllegalStateException.class, () -> RunLock.of(path));
      Path link = Files.createSymbolicLink(folder.resolve("link"), path);
      assertThrows(IllegalStateException.class, () -> RunLock.of(link));
      try (RunLock other = RunLock.of(folder)) {
        assertThrows(IllegalStateException.class, () -> RunLock.of(folder));
      }
    }
    RunLock.of(path).close();
  }

  @Test
  void anInterruptedThreadLocksToo() {
    Thread.currentThread().interrupt();
    try (RunLock lock = RunLock.of(folder)) {
      assertThrows(IllegalStateException.class, () -> RunLock.of(folder));
    } finally {
      assertTrue(Thread.interrupted(), "the interrupt stays set");
    }
  }
}
