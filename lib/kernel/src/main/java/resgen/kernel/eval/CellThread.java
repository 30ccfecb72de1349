package resgen.kernel.eval;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * The one thread that runs the notebook's code. The compiler runs elsewhere, so that an interrupt
 * never closes one of its files.
 */
final class CellThread {
  private final LinkedBlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
  private final ThreadGroup group = new ThreadGroup("notebook");
  private final ClassLoader loader;
  private volatile Thread thread;
  private volatile FutureTask<?> running;
  private volatile Set<Thread> before = Set.of();

  CellThread(ClassLoader loader) {
    this.loader = loader;
    thread = start();
  }

  private Thread start() {
    Thread started = new Thread(group, this::loop, "notebook-cell", Session.STACK_BYTES);
    started.setDaemon(true);
    started.setContextClassLoader(loader);
    thread = started;
    started.start();
    return started;
  }

  private void loop() {
    while (thread == Thread.currentThread()) {
      try {
        tasks.take().run();
      } catch (InterruptedException e) {
        // An interrupt that came after its cell ended.
      }
    }
  }

  /**
   * Runs the task on this thread and waits for it, whatever interrupts the caller.
   *
   * @throws CancellationException when the task was left behind
   */
  <T> T call(Callable<T> task) throws Throwable {
    if (isCurrent()) {
      return task.call();
    }
    FutureTask<T> future = new FutureTask<>(task);
    running = future;
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
      running = null;
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  boolean isCurrent() {
    return Thread.currentThread() == thread;
  }

  /** A cell begins: threads of the notebook that live now are not its own. */
  void cellBegins() {
    before = new HashSet<>(threads());
  }

  /** Interrupts the threads that the cell started. */
  void interruptCompanions() {
    for (Thread companion : threads()) {
      if (companion != thread && !before.contains(companion)) {
        companion.interrupt();
      }
    }
  }

  private List<Thread> threads() {
    Thread[] all = new Thread[group.activeCount() + 16];
    return Arrays.asList(all).subList(0, group.enumerate(all));
  }

  /** Leaves a task that does not react to itself; what comes next runs on a new thread. */
  void abandon() {
    FutureTask<?> stuck = running;
    if (stuck != null && !stuck.isDone()) {
      start();
      stuck.cancel(false);
    }
  }
}
