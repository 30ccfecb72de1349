package resgen.audio.evaluate;

/**
 * A number that was measured.
 *
 * @param metric its id in results
 * @param value the number; not a number if there was nothing to measure
 * @param deviation standard error over utterances; not a number if unknown
 */
public record Value(String metric, double value, double deviation) {

  public Value {
    if (!metric.matches("[a-z][a-z0-9_]*")) {
      throw new IllegalArgumentException(
          "a metric's id is small letters, digits and underscores, not \"" + metric + "\"");
    }
  }

  /** Mean and standard error of numbers; those that are not numbers are left out. */
  static Value mean(String metric, double... values) {
    double sum = 0;
    int count = 0;
    for (double v : values) {
      if (!Double.isNaN(v)) {
        sum += v;
        count++;
      }
    }
    double mean = sum / count;
    double squares = 0;
    for (double v : values) {
      squares += Double.isNaN(v) ? 0 : (v - mean) * (v - mean);
    }
    double error = count < 2 ? Double.NaN : Math.sqrt(squares / (count - 1) / count);
    return new Value(metric, mean, error);
  }
}
