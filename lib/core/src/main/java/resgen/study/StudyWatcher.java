package resgen.study;

import java.util.Map;
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
}
