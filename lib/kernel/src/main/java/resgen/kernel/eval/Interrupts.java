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
  public static class CellInterrupted extends Error {
    private static final long serialVersionUID = 1L;

    CellInterrupted() {
      this("the cell was interrupted");
    }

    CellInterrupted(String message) {
      super(message);
    }
  }

  /** Thrown inside a cell that took longer than it may. */
  public static final class CellTimedOut extends CellInterrupted {
    private static final long serialVersionUID = 1L;

    CellTimedOut(String message) {
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
  private static boolean held;
  private static volatile String expired; // why the cell must end, or null

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
    throw interrupted();
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
      if (thread != null && !held) {
        thread.interrupt();
        interruptPool();
      } else {
        pending = true;
      }
      return requests;
    }
  }

  /**
   * As {@link #request}, and the cell ends also when the code that it called takes the interrupt
   * and returns: the time for it is over.
   *
   * @param why what the reader of the notebook is told
   */
  static void expire(String why) {
    synchronized (LOCK) {
      expired = why;
      insisting = true;
      request();
    }
  }

  /**
   * The cell's own thread begins to compile: until {@link #release}, an interrupt waits, for it
   * would close the compiler's files.
   *
   * @return what to give to {@link #release}
   */
  static boolean hold() {
    synchronized (LOCK) {
      boolean before = held;
      if (Thread.currentThread() == cell) {
        held = true;
        pending |= Thread.interrupted();
      }
      return before;
    }
  }

  /** The cell's own thread is back from the compiler. */
  static void release(boolean before) {
    synchronized (LOCK) {
      if (Thread.currentThread() == cell) {
        held = before;
        if (!held && pending) {
          pending = false;
          cell.interrupt();
        }
      }
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
    if (expired != null && !(thrown instanceof CellTimedOut)) {
      return interrupted();
    }
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
      held = false;
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
      expired = null;
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

  /** Whether a request waits for the next snippet; with that it is taken. */
  static boolean takePending() {
    synchronized (LOCK) {
      boolean was = pending || expired != null;
      pending = false;
      return was;
    }
  }

  static CellInterrupted leftBehind() {
    String left =
        " does not react; its thread is left behind and may still work, later cells run on a new one";
    return expired == null
        ? new CellInterrupted("the cell was interrupted twice and" + left)
        : new CellTimedOut(expired + "; it was interrupted and" + left);
  }

  /** Throws when this is the error of a snippet that was interrupted. */
  public static void rethrow(CellError error) {
    if (error.name().equals(CellInterrupted.class.getSimpleName())
        || error.name().equals(CellTimedOut.class.getSimpleName())) {
      throw interrupted();
    }
  }

  static CellInterrupted interrupted() {
    String why = expired;
    return why == null ? new CellInterrupted() : new CellTimedOut(why);
  }

  /**
   * The calling thread starts to run the cell's code.
   *
   * @return what to give to {@link #leave}
   */
  static boolean enter() {
    synchronized (LOCK) {
      if (cell == Thread.currentThread()) { // the cell evaluates a snippet itself
        if (takePending()) {
          throw interrupted();
        }
        boolean before = held;
        held = false;
        depth++;
        return before;
      }
      Thread.interrupted();
      if (takePending()) {
        throw interrupted();
      }
      cell = Thread.currentThread();
      stopWorkers = false;
      held = false;
      depth = 1;
      return false;
    }
  }

  /**
   * The calling thread is back from the cell's code; an interrupt nobody took stops the next one.
   */
  static void leave(boolean before) {
    synchronized (LOCK) {
      if (Thread.currentThread() != cell) {
        return;
      }
      if (--depth > 0) {
        held = before;
        pending |= before && Thread.interrupted();
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
