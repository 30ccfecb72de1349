package resgen.kernel.eval;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one thread that runs the notebook's code. The compiler runs elsewhere, so that an interrupt
 * never closes one of its files.
 */
final class CellThread {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final Thread thread;

  CellThread(ClassLoader loader) {
    // A large stack: deep recursion in cells is common in teaching.
    thread = new Thread(null, this::loop, "notebook-cell", 64L << 20);
    thread.setDaemon(true);
    thread.setContextClassLoader(loader);
    thread.start();
  }

  private void loop() {
    while (true) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        // An interrupt that came after its cell ended.
      }
    }
  }

  /** Runs the task on this thread and waits for it, whatever interrupts the caller. */
  <T> T call(Callable<T> task) throws Throwable {
    if (Thread.currentThread() == thread) {
      return task.call();
    }
    FutureTask<T> future = new FutureTask<>(task);
    tasks.add(future);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw e.getCause();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  StackTraceElement[] stack() {
    return thread.getStackTrace();
  }
}
