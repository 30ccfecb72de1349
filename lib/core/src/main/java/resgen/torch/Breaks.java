package resgen.torch;

/**
 * Points inside long network calls where work is given up when its thread is interrupted. Only work
 * begun by {@link #in} is; any other passes these points, so that a training step, say, is never
 * left in its middle.
 */
public final class Breaks {

  /** Thrown at a point; it reaches nobody but {@link #in}. */
  private static final class GivenUp extends RuntimeException {
    private static final long serialVersionUID = 1L;

    GivenUp() {
      super("given up", null, false, false);
    }
  }

  private static final ThreadLocal<Boolean> ALLOWED = ThreadLocal.withInitial(() -> false);

  private Breaks() {}

  /**
   * Runs work that leaves nothing behind when it is given up.
   *
   * @return whether it was finished; if not, the thread's interrupt stays set
   */
  public static boolean in(Runnable work) {
    boolean before = ALLOWED.get();
    ALLOWED.set(true);
    try {
      work.run();
      return true;
    } catch (GivenUp e) {
      return false;
    } finally {
      ALLOWED.set(before);
    }
  }

  /** Whether this thread's work may be given up; long calls are then worth splitting. */
  public static boolean allowed() {
    return ALLOWED.get();
  }

  /** Gives up the work if it may be and the thread is interrupted; the interrupt stays set. */
  public static void here() {
    if (ALLOWED.get() && Thread.currentThread().isInterrupted()) {
      throw new GivenUp();
    }
  }
}
