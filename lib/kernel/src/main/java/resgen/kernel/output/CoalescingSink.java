package resgen.kernel.output;

import com.google.gson.JsonObject;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Gathers text for 50 ms before passing it on; the order of all output stays. */
public final class CoalescingSink implements Sink {
  private static final int MAX_CHARS = 1 << 16;
  private static final long DELAY_MS = 50;
  private static final ScheduledExecutorService TIMER =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "output-flush");
            thread.setDaemon(true);
            return thread;
          });

  private final Sink next;
  private final StringBuilder text = new StringBuilder();
  private boolean textIsError;
  private boolean scheduled;

  /** Passes output on to another sink. */
  public CoalescingSink(Sink next) {
    this.next = next;
  }

  @Override
  public synchronized void stream(boolean error, String more) {
    if (error != textIsError) {
      flush();
      textIsError = error;
    }
    text.append(more);
    if (text.length() > MAX_CHARS) {
      flush();
    } else if (!scheduled) {
      scheduled = true;
      TIMER.schedule(this::flushLater, DELAY_MS, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void flushLater() {
    scheduled = false;
    flush();
  }

  /** Passes on what was gathered. */
  public synchronized void flush() {
    if (text.length() > 0) {
      String out = Carriage.collapse(text.toString());
      text.setLength(0);
      next.stream(textIsError, out);
    }
  }

  @Override
  public synchronized void display(JsonObject bundle) {
    flush();
    next.display(bundle);
  }

  @Override
  public synchronized void update(JsonObject bundle) {
    flush();
    next.update(bundle);
  }

  @Override
  public synchronized void clear(boolean wait) {
    flush();
    next.clear(wait);
  }

  @Override
  public String readLine(String prompt, boolean password) {
    flush();
    return next.readLine(prompt, password);
  }
}
