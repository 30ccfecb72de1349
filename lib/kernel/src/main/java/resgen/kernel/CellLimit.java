package resgen.kernel;

import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Ends a cell that takes too long. */
record CellLimit(Future<?> pending) {
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "cell-timeout");
            thread.setDaemon(true);
            return thread;
          });

  /** A cell begins; 0 milliseconds or less are no limit. */
  static CellLimit begin(long millis, Runnable expire) {
    return new CellLimit(
        millis <= 0 ? null : TIMER.schedule(expire, millis, TimeUnit.MILLISECONDS));
  }

  /** The cell ended. */
  void end() {
    if (pending != null) {
      pending.cancel(false);
    }
  }
}
