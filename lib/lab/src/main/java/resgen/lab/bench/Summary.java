package resgen.lab.bench;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Repeated measurements in a few numbers that one slow run does not move.
 *
 * @param count how many there were
 * @param median half were no larger
 * @param mad the median distance from the median
 * @param lower a quarter were no larger
 * @param upper three quarters were no larger
 * @param least the smallest
 * @param most the largest
 */
public record Summary(
    int count, double median, double mad, double lower, double upper, double least, double most) {

  /**
   * Of measurements in any order; quantiles by linear interpolation between the sorted values.
   *
   * @throws IllegalArgumentException if there are none, or one is not finite
   */
  public static Summary of(double... values) {
    if (values.length == 0) {
      throw new IllegalArgumentException("a summary needs at least one measurement");
    }
    for (double value : values) {
      if (!Double.isFinite(value)) {
        throw new IllegalArgumentException("measurement " + value + " is not finite");
      }
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    double median = quantile(sorted, 0.5);
    double[] distances = Arrays.stream(values).map(v -> Math.abs(v - median)).sorted().toArray();
    return new Summary(
        values.length,
        median,
        quantile(distances, 0.5),
        quantile(sorted, 0.25),
        quantile(sorted, 0.75),
        sorted[0],
        sorted[sorted.length - 1]);
  }

  /** Likewise. */
  public static Summary of(List<Double> values) {
    return of(values.stream().mapToDouble(Double::doubleValue).toArray());
  }

  /**
   * Of the ratios of measurements made in pairs, round by round: what slows a whole round drops
   * out.
   *
   * @param ours numerators, by round
   * @param theirs denominators, by round, all above 0
   */
  public static Summary ofRatios(double[] ours, double[] theirs) {
    if (ours.length != theirs.length) {
      throw new IllegalArgumentException(
          ours.length + " rounds of one and " + theirs.length + " of the other are no pairs");
    }
    double[] ratios = new double[ours.length];
    for (int i = 0; i < ratios.length; i++) {
      if (!(theirs[i] > 0)) {
        throw new IllegalArgumentException("round " + i + " took " + theirs[i] + " s, not above 0");
      }
      ratios[i] = ours[i] / theirs[i];
    }
    return of(ratios);
  }

  /** Puts the median and the MAD into a row, as {@code name} and {@code name_mad} and the unit. */
  void put(Map<String, Object> row, String name, String unit, double factor) {
    row.put(name + unit, (float) (factor * median));
    row.put(name + "_mad" + unit, (float) (factor * mad));
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
