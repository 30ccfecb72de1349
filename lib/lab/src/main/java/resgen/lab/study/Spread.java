package resgen.lab.study;

import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A number that was measured once or several times, with what it would vary by.
 *
 * @param mean of the repetitions; not a number if there is none
 * @param deviation standard deviation of one repetition; of a single one the deviation that was
 *     measured with it, as by a bootstrap; not a number if unknown
 * @param repetitions how many
 */
public record Spread(double mean, double deviation, int repetitions) {

  /** What is not measured yet. */
  public static final Spread NONE = new Spread(Double.NaN, Double.NaN, 0);

  /**
   * Of repetitions.
   *
   * @param values one each
   * @param own the deviation that was measured with each; taken for a single one only
   */
  public static Spread of(double[] values, double[] own) {
    if (values.length == 0) {
      return NONE;
    }
    double mean = DoubleStream.of(values).average().orElseThrow();
    if (values.length == 1) {
      return new Spread(mean, own.length == 1 ? own[0] : Double.NaN, 1);
    }
    double squares = DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum();
    return new Spread(mean, Math.sqrt(squares / (values.length - 1)), values.length);
  }

  /** Whether it was measured. */
  public boolean known() {
    return repetitions > 0 && !Double.isNaN(mean);
  }

  /** Twice the spread of a difference of this and another: what a difference must exceed. */
  public double needed(Spread other) {
    return 2 * Math.hypot(deviation, other.deviation);
  }

  /**
   * This by another, with the deviation that those of both give it to first order, taken as
   * independent.
   */
  public Spread over(Spread other) {
    if (!known() || !other.known()) {
      return NONE;
    }
    double ratio = mean / other.mean;
    double relative = Math.hypot(deviation / mean, other.deviation / other.mean);
    return new Spread(ratio, Math.abs(ratio) * relative, Math.min(repetitions, other.repetitions));
  }

  /** As {@code 4.86 ± 0.12}; without a deviation the number alone; "–" if not measured. */
  public String text(int digits) {
    if (!known()) {
      return "–";
    }
    String format = "%." + digits + "f";
    String number = String.format(Locale.ROOT, format, mean);
    return Double.isNaN(deviation)
        ? number
        : number + " ± " + String.format(Locale.ROOT, format, deviation);
  }

  /** With two digits. */
  @Override
  public String toString() {
    return text(2);
  }
}
