package resgen.torch;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Where the time of long work goes: the work names the phase that it enters, and whoever listens
 * gets the seconds of each. Without a listener a mark costs a few nanoseconds. Phases belong to the
 * thread; a device is waited for at each mark, so that work is counted where it was asked for.
 */
public final class Phases {

  private static final ThreadLocal<Phases> LISTENING = new ThreadLocal<>();

  private final Map<String, Long> nanos = new LinkedHashMap<>();
  private final LongSupplier clock;
  private String phase;
  private long since;

  private Phases(LongSupplier clock) {
    this.clock = clock;
  }

  /** The phase under way ends, and this one begins. */
  public static void enter(String name) {
    Phases listener = LISTENING.get();
    if (listener != null) {
      listener.turn(name);
    }
  }

  /** The phase under way ends; what follows belongs to none. */
  public static void leave() {
    enter(null);
  }

  /** Whether somebody listens to this thread's phases. */
  public static boolean listening() {
    return LISTENING.get() != null;
  }

  private void turn(String next) {
    Torch.synchronize();
    long now = clock.getAsLong();
    if (phase != null) {
      nanos.merge(phase, now - since, Long::sum);
    }
    phase = next;
    since = now;
  }

  /** {@link #during(Runnable, LongSupplier)} by the wall clock. */
  public static Map<String, Double> during(Runnable work) {
    return during(work, System::nanoTime);
  }

  /**
   * Runs {@code work} in this thread and listens.
   *
   * @param clock nanoseconds from any start
   * @return seconds by phase, in the order in which the phases were first entered
   */
  public static Map<String, Double> during(Runnable work, LongSupplier clock) {
    Phases outer = LISTENING.get();
    Phases listener = new Phases(clock);
    LISTENING.set(listener);
    try {
      work.run();
      listener.turn(null);
    } finally {
      LISTENING.set(outer);
    }
    Map<String, Double> seconds = new LinkedHashMap<>();
    listener.nanos.forEach((name, spent) -> seconds.put(name, spent / 1e9));
    return seconds;
  }
}
