package resgen.lab.chart;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * A linear or logarithmic axis with its ticks.
 *
 * @param log whether logarithmic
 * @param least the value at its start
 * @param most the value at its end
 * @param ticks values that are marked, rising
 */
record Axis(boolean log, double least, double most, double[] ticks) {

  /** More distinct values than these get round ticks, not one each. */
  private static final int OWN_TICKS = 9;

  private static final int MOST_TICKS = 8;
  private static final double[] FINE = {1, 1.5, 2, 3, 4, 5, 6, 8};
  private static final double[] USUAL = {1, 2, 5};
  private static final double[] COARSE = {1};

  /**
   * Around values.
   *
   * @param values that it must reach
   * @param own whether the values themselves are marked, where they are few
   * @param leastSpan of a linear axis, as a share of the largest value: a smaller one would show
   *     noise alone
   */
  static Axis around(double[] values, boolean log, boolean own, double leastSpan) {
    double least = Arrays.stream(values).min().orElseThrow();
    double most = Arrays.stream(values).max().orElseThrow();
    if (log && !(least > 0)) {
      throw new IllegalArgumentException("a logarithmic axis cannot show " + least);
    }
    double[] distinct = DoubleStream.of(values).distinct().sorted().toArray();
    boolean few = own && distinct.length <= OWN_TICKS;
    if (log) {
      double margin = Math.max(Math.pow(most / least, 0.06), 1.08);
      double from = least / margin;
      double to = most * margin;
      return new Axis(true, from, to, few ? distinct : logTicks(from, to));
    }
    double span = Math.max(most - least, leastSpan * Math.abs(most));
    span = span == 0 ? 1 : span;
    double middle = (least + most) / 2;
    double from = middle - 0.56 * span;
    from = least >= 0 && from < 0.2 * most ? (own ? Math.min(least, from) : 0) : from;
    double to = middle + 0.56 * span;
    return new Axis(false, from, to, few ? distinct : linearTicks(from, to));
  }

  private static double[] linearTicks(double from, double to) {
    double raw = (to - from) / MOST_TICKS;
    double unit = Math.pow(10, Math.floor(Math.log10(raw)));
    double step =
        raw <= unit ? unit : raw <= 2 * unit ? 2 * unit : raw <= 5 * unit ? 5 * unit : 10 * unit;
    List<Double> ticks = new ArrayList<>();
    for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + 1e-9 * step; i++) {
      ticks.add(i * step);
    }
    return ticks.stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static double[] logTicks(double from, double to) {
    double decades = Math.log10(to / from);
    double[] digits = decades < 1.3 ? FINE : decades < 4 ? USUAL : COARSE;
    List<Double> ticks = new ArrayList<>();
    for (int e = (int) Math.floor(Math.log10(from)); Math.pow(10, e) <= to; e++) {
      for (double digit : digits) {
        double tick = digit * Math.pow(10, e);
        if (tick >= from && tick <= to) {
          ticks.add(tick);
        }
      }
    }
    return ticks.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Where a value lies, from 0 at the start to 1 at the end. */
  double at(double value) {
    return log
        ? Math.log(value / least) / Math.log(most / least)
        : (value - least) / (most - least);
  }

  /** A number as a tick has it: up to six significant digits, thousands apart. */
  static String text(double value) {
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(6)).stripTrailingZeros();
    return Math.abs(value) >= 1000
        ? String.format(Locale.ROOT, "%,.0f", value)
        : rounded.toPlainString();
  }
}
