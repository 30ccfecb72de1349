package resgen.lab.study;

import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import resgen.lab.metric.Outcome;
import resgen.train.Listener;

/** Is told how a study goes. */
public interface StudyWatcher {

  /**
   * A piece of work begins.
   *
   * @param what in words
   * @param number of the piece, from 1
   * @param of pieces in all
   * @param secondsLeft of the whole study, about; not a number before anything was measured
   */
  void begins(String what, int number, int of, double secondsLeft);

  /** Is told of a training under way. */
  Listener training();

  /** Is told of samples that are finished. */
  void sampled(int done, int of);

  /** A cell was measured, or found measured in another study. */
  void measured(Outcome outcome);

  /** The distance of an outcome with what it is called, its accuracy and its pace, in words. */
  static String words(Outcome outcome) {
    StringBuilder words = new StringBuilder();
    words.append(outcome.protocol().getOrDefault("metric", "distance"));
    words.append(number(outcome, "distance", "%.4g"));
    if (outcome.number("class_accuracy").isPresent()) {
      words.append(", class accuracy").append(number(outcome, "class_accuracy", "%.3f"));
    }
    if (outcome.number("cpu_seconds_per_sample").isPresent()) {
      words.append(",").append(number(outcome, "cpu_seconds_per_sample", "%.4f"));
      words.append(" s of processors a sample");
    }
    return words.toString();
  }

  private static String number(Outcome outcome, String metric, String format) {
    OptionalDouble value = outcome.number(metric);
    return " "
        + (value.isPresent() ? String.format(Locale.ROOT, format, value.getAsDouble()) : "–");
  }

  /** Tells in lines what begins and what was measured. */
  static StudyWatcher lines(Consumer<String> out) {
    return new StudyWatcher() {
      @Override
      public void begins(String what, int number, int of, double secondsLeft) {
        String left =
            Double.isNaN(secondsLeft) ? "" : "; about %.0f s are left".formatted(secondsLeft);
        out.accept("%d of %d: %s%s".formatted(number, of, what, left));
      }

      @Override
      public Listener training() {
        return Listener.none();
      }

      @Override
      public void sampled(int done, int of) {}

      @Override
      public void measured(Outcome outcome) {
        out.accept("  " + words(outcome));
      }
    };
  }
}
