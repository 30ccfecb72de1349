package resgen.lab.metric;

import java.util.Locale;
import java.util.Optional;

/**
 * A number that was measured.
 *
 * @param metric id in results, as {@code distance} or {@code class_accuracy}
 * @param label what tables call it, as {@code FD-Fashion} or {@code class accuracy}
 * @param value the number
 * @param deviation standard deviation of the number; not a number if unknown
 * @param note what belongs to the number, in words; may be empty
 * @param detail what else the metric found on the way, as a {@link ClassAccuracy}
 */
public record Measured(
    String metric,
    String label,
    double value,
    double deviation,
    String note,
    Optional<Object> detail) {

  /** Checks the id. */
  public Measured {
    if (!metric.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "a metric's id is small letters, digits and underscores, not \"" + metric + "\"");
    }
  }

  /** A number without a deviation. */
  public static Measured of(String metric, String label, double value, String note) {
    return new Measured(metric, label, value, Double.NaN, note, Optional.empty());
  }

  /** The same with something more. */
  public Measured with(Object more) {
    return new Measured(metric, label, value, deviation, note, Optional.of(more));
  }

  static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
