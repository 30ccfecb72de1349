package resgen.lab.bench;

import java.util.function.Supplier;

/**
 * A piece of work that is timed.
 *
 * @param name as {@code --only} takes it
 * @param unit what one run makes {@code units} of
 * @param units how many
 * @param calls network calls one after another in one run; 0 where that says nothing
 * @param flops floating-point operations of one run's matrix products; 0 where they do not matter
 * @param opener makes ready what a run needs; that is not timed
 */
public record Task(
    String name, String unit, int units, int calls, double flops, Supplier<Work> opener) {

  /** Work that is no sequence of network calls. */
  Task(String name, String unit, int units, double flops, Supplier<Work> opener) {
    this(name, unit, units, 0, flops, opener);
  }

  /** Work made ready, to be run again and again. */
  @FunctionalInterface
  public interface Work extends AutoCloseable {

    /** One run; returns when its results are computed. */
    void run();

    @Override
    default void close() {}

    /** Work that closes a resource in the end. */
    static Work of(Runnable run, Runnable close) {
      return new Work() {
        @Override
        public void run() {
          run.run();
        }

        @Override
        public void close() {
          close.run();
        }
      };
    }
  }
}
