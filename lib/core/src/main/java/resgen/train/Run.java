package resgen.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What came of a training run, complete or not.
 *
 * @param steps steps done
 * @param of steps asked for
 * @param interrupted whether it was stopped from outside; what it had is saved
 * @param rows metrics in order, each with {@code step} and {@code seconds}
 * @param folder where checkpoints and metrics are, if it was given one
 */
public record Run(
    long steps,
    long of,
    boolean interrupted,
    List<Map<String, Double>> rows,
    Optional<Path> folder) {

  /** Seconds of training, over all sessions of the run. */
  public double seconds() {
    return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).get("seconds");
  }

  /** Names of the metrics, in the order in which they came up. */
  public java.util.Set<String> names() {
    return Metrics.names(rows);
  }

  @Override
  public String toString() {
    return "%,d of %,d steps, %.1f s%s"
        .formatted(steps, of, seconds(), interrupted ? ", interrupted" : "");
  }
}
