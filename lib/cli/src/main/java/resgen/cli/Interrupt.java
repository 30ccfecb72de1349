package resgen.cli;

import java.io.PrintWriter;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns Ctrl-C (and a polite kill) into an interrupt of the working thread, and gives it time to
 * save: the process ends when the work has returned, or after two minutes.
 *
 * <p>Used as a resource around long work in the thread that does it:
 *
 * <pre>{@code
 * try (Interrupt interrupt = Interrupt.of(err)) {
 *   work();
 *   return interrupt.exitCode();
 * }
 * }</pre>
 */
final class Interrupt implements AutoCloseable {

  private static final long PATIENCE_SECONDS = 120;

  private final Thread worker = Thread.currentThread();
  private final Thread hook = new Thread(this::request, "resgen-interrupt");
  private final CountDownLatch ended = new CountDownLatch(1);
  private final PrintWriter err;
  private volatile boolean requested;

  private Interrupt(PrintWriter err) {
    this.err = err;
  }

  /** From now on an end of the process waits for this thread. */
  static Interrupt of(PrintWriter err) {
    Interrupt interrupt = new Interrupt(err);
    Runtime.getRuntime().addShutdownHook(interrupt.hook);
    return interrupt;
  }

  /** What the hook does: interrupts the work and waits for its end. */
  void request() {
    requested = true;
    err.println();
    err.println("interrupted: saving ...");
    err.flush();
    worker.interrupt();
    try {
      if (!ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        err.println("gave up waiting after " + PATIENCE_SECONDS + " s; nothing more is saved");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    err.flush();
  }

  /**
   * Whether the work was asked to end. Clears the thread's interrupt, which would otherwise break
   * the writing of files.
   */
  boolean requested() {
    return Thread.interrupted() | requested;
  }

  /** The exit code that fits. */
  int exitCode() {
    return requested() ? Main.INTERRUPTED : Main.OK;
  }

  /** The work is at its end. */
  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending already, which is what the hook was for.
    }
  }
}
