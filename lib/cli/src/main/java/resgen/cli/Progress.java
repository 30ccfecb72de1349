package resgen.cli;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Shows how far long work has come: done of total, rate, time left, and numbers of the work itself.
 *
 * <p>On a terminal one line that is written over; elsewhere (a file, a pipe) a line every few
 * seconds.
 */
final class Progress implements AutoCloseable {

  /** Set by the launcher: whether standard error is a terminal. */
  static final String TERMINAL = "resgen.terminal";

  private static final int USUAL_WIDTH = 80;
  private static final int LEAST_WIDTH = 60;
  private static final int MOST_WIDTH = 120; // longer lines are hard to read

  private static final double SECONDS_ON_TERMINAL = 0.2;
  private static final double SECONDS_ELSEWHERE = 10;
  private static final long NEVER = Long.MIN_VALUE;

  private final String unit;
  private final PrintWriter err;
  private final boolean terminal;
  private final LongSupplier nanos;

  private long startNanos = NEVER;
  private long startDone;
  private long shownNanos = NEVER;
  private int width;

  Progress(String unit, PrintWriter err) {
    this(unit, err, Boolean.getBoolean(TERMINAL), System::nanoTime);
  }

  /** With everything that it depends on; {@code unit} is a plural, such as "steps". */
  Progress(String unit, PrintWriter err, boolean terminal, LongSupplier nanos) {
    this.unit = unit;
    this.err = err;
    this.terminal = terminal;
    this.nanos = nanos;
  }

  /**
   * Tells how far the work is. The first call sets where the rate is measured from, so that a
   * resumed run shows its own rate.
   *
   * @param done units done
   * @param total units in all
   * @param numbers of the work, shown in their order
   */
  void at(long done, long total, Map<String, Double> numbers) {
    start(done);
    double seconds = (nanos.getAsLong() - startNanos) / 1e9;
    at(done, total, done > startDone ? seconds / (done - startDone) : 0, numbers);
  }

  /**
   * Tells how far the work is, with a pace that the work has measured itself.
   *
   * @param secondsEach of one unit, lately; 0 if not known
   */
  void at(long done, long total, double secondsEach, Map<String, Double> numbers) {
    start(done);
    long now = nanos.getAsLong();
    double pause = terminal ? SECONDS_ON_TERMINAL : SECONDS_ELSEWHERE;
    if (shownNanos == NEVER || done >= total || (now - shownNanos) / 1e9 >= pause) {
      shownNanos = now;
      print(line(done, total, secondsEach, numbers));
    }
  }

  private void start(long done) {
    if (startNanos == NEVER) {
      startNanos = nanos.getAsLong();
      startDone = done;
    }
  }

  /** Ends the line that is written over. */
  @Override
  public void close() {
    if (terminal && width > 0) {
      err.println();
      err.flush();
      width = 0;
    }
  }

  private String line(long done, long total, double secondsEach, Map<String, Double> numbers) {
    StringBuilder text = new StringBuilder();
    text.append(
        format("%,d of %,d %s (%d %%)", done, total, unit, 100 * done / Math.max(1, total)));
    if (secondsEach > 0) {
      double rate = 1 / secondsEach;
      text.append(rate >= 1 ? format(", %.1f/s", rate) : format(", %.1f s each", secondsEach));
      if (done < total) {
        text.append(", left ").append(duration((total - done) * secondsEach));
      }
    }
    numbers.forEach((name, value) -> text.append(format(", %s %.4g", name, value)));
    return text.toString();
  }

  private void print(String line) {
    if (terminal) {
      err.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
      width = line.length();
    } else {
      err.println(line);
    }
    err.flush();
  }

  /** Characters of a terminal's line, as the environment's {@code COLUMNS} tells; else 80. */
  static int width() {
    return width(System.getenv("COLUMNS"));
  }

  static int width(String columns) {
    return columns != null && columns.matches("[1-9]\\d{0,5}")
        ? Math.max(LEAST_WIDTH, Math.min(MOST_WIDTH, Integer.parseInt(columns)))
        : USUAL_WIDTH;
  }

  /** Seconds as {@code 7 s}, {@code 3:07} or {@code 2:03:07}. */
  static String duration(double seconds) {
    long s = Math.round(seconds);
    if (s < 60) {
      return s + " s";
    }
    return s < 3600
        ? format("%d:%02d", s / 60, s % 60)
        : format("%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.US, format, arguments);
  }
}
