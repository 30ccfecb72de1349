package resgen.kernel.eval;

import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Answers what a client asks while a cell is written, on a thread with the cells' stack. Nobody
 * waits for long: an answer that does not come in time, or before an interrupt, is given up.
 *
 * <p>The thread itself is not interrupted, for that would close the compiler's files. It is left to
 * its work, and another one answers what comes next.
 */
final class Answers {
  private static final long MOST_SECONDS = 30;

  private final LinkedBlockingQueue<FutureTask<?>> waiting = new LinkedBlockingQueue<>();
  private volatile Thread thread;
  private volatile FutureTask<?> running;

  /** The answer, or the other one when it does not come or its computation fails. */
  <T> T ask(Callable<T> question, T otherwise) {
    if (Thread.currentThread() == thread) {
      return direct(question);
    }
    FutureTask<T> task = new FutureTask<>(question);
    running = task;
    start();
    waiting.add(task);
    try {
      return task.get(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      giveUp(task);
    } catch (TimeoutException e) {
      giveUp(task);
    } catch (CancellationException e) {
      // given up by an interrupt
    } catch (ExecutionException e) {
      throw rethrown(e.getCause());
    }
    return otherwise;
  }

  /** The answer, computed by the calling thread. */
  static <T> T direct(Callable<T> question) {
    try {
      return question.call();
    } catch (Exception e) {
      throw rethrown(e);
    }
  }

  private static RuntimeException rethrown(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return e instanceof RuntimeException r ? r : new IllegalStateException(e);
  }

  /** Gives up the answer that is waited for now, if there is one, when it is run. */
  Runnable givingUp() {
    FutureTask<?> task = running;
    return () -> {
      if (task != null) {
        giveUp(task);
      }
    };
  }

  private synchronized void giveUp(FutureTask<?> task) {
    if (!task.isDone()) {
      thread = null;
      task.cancel(false);
    }
  }

  private synchronized void start() {
    if (thread == null) {
      thread = new Thread(null, this::loop, "notebook-answers", Session.STACK_BYTES);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void loop() {
    while (thread == Thread.currentThread()) {
      try {
        waiting.take().run();
      } catch (InterruptedException e) {
        // Nobody has a reason to; go on.
      }
    }
  }
}
