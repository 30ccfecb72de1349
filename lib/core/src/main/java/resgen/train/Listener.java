package resgen.train;

import java.util.Map;

/** Follows a run. */
@FunctionalInterface
public interface Listener {

  /**
   * A run starts or goes on. Its folder, if it has one, is its own now, and what it resumes from is
   * of this run.
   *
   * @param step steps done before
   * @param steps steps in all
   */
  default void started(long step, long steps) {}

  /**
   * A row of metrics.
   *
   * @param step steps done
   * @param steps steps in all
   * @param secondsPerStep over the last interval
   * @param metrics by name: losses averaged over the interval, gradient norm, rate, validation
   */
  void row(long step, long steps, double secondsPerStep, Map<String, Double> metrics);

  /** Ignores everything. */
  static Listener none() {
    return (step, steps, seconds, metrics) -> {};
  }
}
