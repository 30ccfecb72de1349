package resgen.lab.metric;

import java.util.concurrent.CancellationException;

/** Long arithmetic that ends soon after its caller is interrupted, on whichever thread it runs. */
final class Interruptible {

  private final Thread caller = Thread.currentThread();
  private final String what;

  /**
   * For work of the calling thread.
   *
   * @param what it is, for the message
   */
  Interruptible(String what) {
    this.what = what;
  }

  /**
   * To be called often.
   *
   * @throws CancellationException if the caller is interrupted; the interrupt stays set
   */
  void check() {
    if (caller.isInterrupted()) {
      throw new CancellationException("interrupted in " + what);
    }
  }
}
