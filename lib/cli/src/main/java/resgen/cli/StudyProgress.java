package resgen.cli;

import java.io.PrintWriter;
import java.util.Map;
import resgen.lab.metric.Outcome;
import resgen.lab.study.StudyWatcher;
import resgen.train.Listener;

/** Shows how a study goes. */
final class StudyProgress implements StudyWatcher {

  private final PrintWriter err;
  private Progress samples;

  StudyProgress(PrintWriter err) {
    this.err = err;
  }

  @Override
  public void begins(String what, int number, int of, double secondsLeft) {
    err.printf(
        "%d of %d: %s%s%n",
        number,
        of,
        what,
        Double.isNaN(secondsLeft) ? "" : "; left about " + Progress.duration(secondsLeft));
    err.flush();
    samples = new Progress("images", err);
  }

  @Override
  public Listener training() {
    return new Steps(err);
  }

  @Override
  public void sampled(int done, int of) {
    samples.at(done, of, Map.of());
  }

  @Override
  public void measured(Outcome outcome) {
    if (samples != null) {
      samples.close();
    }
    err.println("  " + StudyWatcher.words(outcome));
    err.flush();
  }
}
