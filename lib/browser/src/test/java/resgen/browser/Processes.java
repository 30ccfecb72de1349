package resgen.browser;

import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends what a test has started. */
final class Processes {

  private static final long GRACE_SECONDS = 20;

  private Processes() {}

  /** Has something closed when this program is ended before its tests are. */
  static void closeAtExit(Runnable close) {
    Runtime.getRuntime().addShutdownHook(new Thread(close, "browser-test-end"));
  }

  /** Ends a process and all that it started: asked first, then by force. */
  static void end(Process process) {
    List<ProcessHandle> all = process.descendants().toList();
    process.destroy();
    await(process.toHandle());
    for (ProcessHandle handle : all) {
      handle.destroy();
      await(handle);
    }
  }

  private static void await(ProcessHandle handle) {
    try {
      handle.onExit().get(GRACE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      handle.destroyForcibly();
    } catch (InterruptedException e) {
      handle.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
