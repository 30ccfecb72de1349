package resgen.lab.study;

import java.util.ArrayList;
import java.util.List;
import resgen.sample.GuidanceRamp;
import resgen.sample.Sampling;
import tech.tablesaw.api.NumericColumn;
import tech.tablesaw.api.Table;

/**
 * A model sampled in one way, with what was measured of it so far: a row for each seed.
 *
 * @param experiment the model
 * @param sampling the way, with seed 0
 * @param rows those of the results that are of it; may be none
 */
public record Measurement(Experiment experiment, Sampling sampling, Table rows) {

  /** What its rows are called by. */
  public String title() {
    return experiment.title();
  }

  /** Whether anything is measured. */
  public boolean known() {
    return !rows.isEmpty();
  }

  /** T; for {@code ar-resgen} the iterations over depth. */
  public int steps() {
    return sampling.pace().steps();
  }

  /** The sampling schedule, as text. */
  public String schedule() {
    return sampling.pace().schedule().text();
  }

  /** Whether it is guided. */
  public boolean guided() {
    return !sampling.guidance().isNone();
  }

  /** The weight of guidance as {@code 0→2.5}, or {@code none}. */
  public String guidance() {
    GuidanceRamp ramp = sampling.guidance();
    return guided() ? number(ramp.start()) + "→" + number(ramp.end()) : "none";
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  /** The Fréchet distance with its spread: over seeds, or a single seed's bootstrap. */
  public Spread distance() {
    return of("distance");
  }

  /**
   * Any metric by its id, as {@code r} or {@code class_accuracy}, with its spread: over seeds, or
   * what a single seed's was measured with. A metric that was not measured is {@link Spread#NONE}.
   */
  public Spread of(String metric) {
    return Spread.of(values(metric), values(metric + "_deviation"));
  }

  /** The mean of a metric; not a number if nothing is measured. */
  public double mean(String metric) {
    return of(metric).mean();
  }

  private double[] values(String column) {
    List<Double> values = new ArrayList<>();
    if (known()
        && rows.containsColumn(column)
        && rows.column(column) instanceof NumericColumn<?> numbers) {
      for (int i = 0; i < numbers.size(); i++) {
        if (!numbers.isMissing(i)) {
          values.add(numbers.getDouble(i));
        }
      }
    }
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
