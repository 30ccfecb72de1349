package resgen.spark;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a JVM keeps from task to task, so that a model is loaded once for each JVM and not for each
 * task: one thing, by a key; another key closes it. Tasks of one JVM take turns, since libtorch's
 * threads are the process's: an executor is to have one core, and a machine several executors.
 */
final class Resident {

  private static final AtomicInteger OPENED = new AtomicInteger();
  private static String key = "";
  private static AutoCloseable kept;

  private Resident() {}

  /**
   * Uses what is kept by a key, opened if need be.
   *
   * @param <K> what is kept
   */
  static synchronized <K extends AutoCloseable, T> T use(
      String wanted, Supplier<K> open, Function<K, T> use) {
    if (!key.equals(wanted)) {
      close();
      kept = open.get();
      key = wanted;
      OPENED.incrementAndGet();
    }
    @SuppressWarnings("unchecked") // a key is used with one type
    K own = (K) kept;
    return use.apply(own);
  }

  /** How often something was opened in this JVM. */
  static int opened() {
    return OPENED.get();
  }

  static synchronized void close() {
    if (kept != null) {
      try {
        kept.close();
      } catch (Exception e) {
        throw new IllegalStateException(e);
      } finally {
        kept = null;
        key = "";
      }
    }
  }
}
