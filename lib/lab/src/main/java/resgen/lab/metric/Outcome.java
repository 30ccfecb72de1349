package resgen.lab.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import resgen.settings.Json;

/**
 * All numbers of one cell of a table: a model sampled in one way with one seed, a training. In a
 * file of results each number is a row of its own; what was measured and how stand beside, once.
 *
 * @param experiment that it belongs to, as {@code table1/resgen}
 * @param cell id of what was measured
 * @param settings of what was measured: plain JSON
 * @param protocol how it was measured: plain JSON, the same for many cells
 * @param values the numbers, at most one for a metric
 */
public record Outcome(
    String experiment,
    String cell,
    Map<String, Object> settings,
    Map<String, Object> protocol,
    List<Value> values) {

  /**
   * A number as it is written.
   *
   * @param metric its id
   * @param value its text
   * @param deviation text of its standard deviation; empty if unknown
   */
  public record Value(String metric, String value, String deviation) {

    /** A number with the digits of a float. */
    public static Value of(String metric, double value, double deviation) {
      return new Value(metric, text(value), text(deviation));
    }

    private static String text(double value) {
      boolean whole = value == Math.rint(value) && Math.abs(value) < 1e9;
      if (Double.isNaN(value)) {
        return "";
      }
      return whole ? Long.toString((long) value) : Float.toString((float) value);
    }
  }

  /** Copies what it is given, and checks that no metric is twice there. */
  public Outcome {
    settings = new LinkedHashMap<>(settings);
    protocol = new LinkedHashMap<>(protocol);
    values = List.copyOf(values);
    if (values.stream().map(Value::metric).distinct().count() < values.size()) {
      throw new IllegalArgumentException(
          "%s, cell %s: a metric is twice in %s"
              .formatted(
                  experiment,
                  cell,
                  values.stream().map(Value::metric).collect(Collectors.joining(", "))));
    }
  }

  /** The id of the protocol: the hash of all that it says. */
  public String protocolId() {
    return Json.hash(protocol);
  }

  /** The same numbers, called by another experiment. */
  public Outcome of(String other) {
    return new Outcome(other, cell, settings, protocol, values);
  }

  /** A number by its metric; empty if it is not there. */
  public OptionalDouble number(String metric) {
    return values.stream()
        .filter(value -> value.metric().equals(metric) && !value.value().isEmpty())
        .mapToDouble(value -> Double.parseDouble(value.value()))
        .findFirst();
  }
}
