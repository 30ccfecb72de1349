package resgen.kernel.eval;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;

/**
 * The interrupt of the running cell, as the cell's own code sees it.
 *
 * <p>The first request is polite: it sets the interrupted flag of the cell's thread, so that sleeps
 * end and library loops that poll the flag may save and return a partial result. Loops and methods
 * written in the notebook call {@link #poll()} (woven in by {@link NotebookWeaver}) and throw
 * {@link CellInterrupted}. Once that was thrown, or at the second request, every further poll
 * throws too, whatever the cell catches.
 *
 * <p>One cell runs at a time in a JVM, hence the static state.
 */
public final class Interrupts {

  /**
   * Thrown inside a cell that was interrupted; an Error, so that {@code catch (Exception e)} lets
   * it pass.
   */
  public static final class CellInterrupted extends Error {
    private static final long serialVersionUID = 1L;

    CellInterrupted() {
      this("the cell was interrupted");
    }

    CellInterrupted(String message) {
      super(message);
    }
  }

  /** Thrown instead of ending the JVM when a cell calls {@code System.exit}. */
  public static final class ExitRequested extends Error {
    private static final long serialVersionUID = 1L;

    ExitRequested(int status) {
      super(
          "the cell asked to exit with status "
              + status
              + "; the kernel stays (restart it from the Kernel menu)");
    }
  }

  private static final long SETTLE_NANOS = 500_000_000L;
  private static final Object LOCK = new Object();
  private static volatile Thread cell;
  private static volatile boolean requested;
  private static volatile boolean insisting;
  private static volatile boolean stopWorkers;
  private static volatile Thread abandoned; // the last one; of earlier ones only the flag is set
  private static boolean pending;
  private static int requests;
  private static boolean taken;
  private static int depth;

  private Interrupts() {}

  /** Called by woven notebook code at loop back-edges and method entries. */
  public static void poll() {
    Thread thread = Thread.currentThread();
    if (thread.isInterrupted()
        || insisting && thread == cell
        || thread == abandoned
        || stopWorkers && thread instanceof ForkJoinWorkerThread) {
      stop(thread);
    }
  }

  private static void stop(Thread thread) {
    if (thread == cell) {
      Thread.interrupted();
      insisting = true;
    }
    throw new CellInterrupted();
  }

  /** Called by woven notebook code in place of {@code System.exit(status)}. */
  public static void exit(int status) {
    throw new ExitRequested(status);
  }

  /** Called by woven notebook code in place of {@code Runtime.exit} and {@code Runtime.halt}. */
  public static void exit(Runtime runtime, int status) {
    throw new ExitRequested(status);
  }

  /**
   * Asks the running cell to stop; between two snippets, the next one does not start.
   *
   * @return how often this cell was asked
   */
  static int request() {
    synchronized (LOCK) {
      requests++;
      insisting |= requested;
      requested = true;
      stopWorkers = true;
      Thread thread = cell;
      if (thread != null) {
        thread.interrupt();
        interruptPool();
      } else {
        pending = true;
      }
      return requests;
    }
  }

  /** Asynchronous tasks run in the common pool, which is not of the notebook's threads. */
  private static void interruptPool() {
    if (ForkJoinPool.commonPool().getActiveThreadCount() > 0) {
      for (Thread thread : Thread.getAllStackTraces().keySet()) {
        if (thread instanceof ForkJoinWorkerThread worker
            && worker.getPool() == ForkJoinPool.commonPool()) {
          worker.interrupt();
        }
      }
    }
  }

  /** Whether library code took an interrupt since this was last asked. */
  static boolean wasTaken() {
    synchronized (LOCK) {
      boolean was = taken;
      taken = false;
      return was;
    }
  }

  /** The interrupt behind a failure, which may be that of a task the cell waited for; or null. */
  static CellInterrupted within(Throwable thrown) {
    int depth = 0;
    for (Throwable t = thrown; t != null && depth++ < 20; t = t.getCause()) {
      if (t instanceof CellInterrupted interrupted) {
        return interrupted;
      }
    }
    return null;
  }

  /** The thread of the running cell is left to itself; if it ever polls, it ends. */
  static void abandon() {
    synchronized (LOCK) {
      abandoned = cell;
      cell = null;
      depth = 0;
      stopWorkers = false;
    }
  }

  /** Forgets requests of an earlier cell. */
  static void reset() {
    synchronized (LOCK) {
      requests = 0;
      requested = false;
      insisting = false;
      pending = false;
    }
  }

  /** Gives the workers of an interrupted parallel stream the time to notice. */
  static void settle() {
    long end = System.nanoTime() + SETTLE_NANOS;
    while (stopWorkers
        && ForkJoinPool.commonPool().getActiveThreadCount() > 0
        && System.nanoTime() < end) {
      LockSupport.parkNanos(5_000_000);
    }
  }

  /** Whether a request waits for the next snippet; it is taken with that. */
  static boolean isPending() {
    synchronized (LOCK) {
      boolean was = pending;
      pending = false;
      return was;
    }
  }

  static CellInterrupted leftBehind() {
    return new CellInterrupted(
        "the cell was interrupted twice and does not react; its thread is left behind and may still"
            + " work, later cells run on a new one");
  }

  static CellInterrupted interrupted() {
    return new CellInterrupted();
  }

  /** The calling thread starts to run the cell's code. */
  static void enter() {
    synchronized (LOCK) {
      if (cell == Thread.currentThread()) { // the cell evaluates a snippet itself
        depth++;
        return;
      }
      Thread.interrupted();
      if (pending) {
        pending = false;
        throw new CellInterrupted();
      }
      cell = Thread.currentThread();
      stopWorkers = false;
      depth = 1;
    }
  }

  /**
   * The calling thread is back from the cell's code; an interrupt nobody took stops the next one.
   */
  static void leave() {
    synchronized (LOCK) {
      if (Thread.currentThread() != cell || --depth > 0) {
        return;
      }
      cell = null;
      if (Thread.interrupted()) {
        pending = true;
      } else if (requested && !insisting) {
        stopWorkers = false;
        requested = false; // taken by library code, which returned what it had
        requests = 0;
        taken = true;
      }
    }
  }
}
