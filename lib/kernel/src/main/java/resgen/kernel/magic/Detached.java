package resgen.kernel.magic;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that no interrupt reaches, such as reading from a server that does not answer. */
final class Detached {
  private Detached() {}

  /**
   * Runs it on a thread of its own and waits. An interrupt ends the waiting; what the work then
   * gives is dropped.
   *
   * @throws InterruptedException when the waiting thread is interrupted
   */
  static <T> T call(String name, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    thread.setContextClassLoader(Detached.class.getClassLoader());
    thread.start();
    try {
      return task.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
