package resgen.lab.study;

import java.util.Map;
import java.util.function.Consumer;
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

  /** A row was added to the results. */
  void row(Map<String, Object> row);

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
      public void row(Map<String, Object> row) {
        out.accept("  %s %s".formatted(row.get("metric"), row.get("distance")));
      }
    };
  }
}
