package resgen.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import resgen.train.Listener;

/** Shows a training's rows of metrics as progress. */
final class Steps implements Listener, AutoCloseable {

  private static final Set<String> NOT_SHOWN =
      Set.of("step", "seconds", "learning_rate", "gradient_norm");

  private final Progress progress;

  Steps(PrintWriter err) {
    progress = new Progress("steps", err);
  }

  @Override
  public void row(long step, long steps, double secondsPerStep, Map<String, Double> metrics) {
    Map<String, Double> shown = new LinkedHashMap<>(metrics);
    shown.keySet().removeAll(NOT_SHOWN);
    progress.at(step, steps, secondsPerStep, shown);
  }

  @Override
  public void close() {
    progress.close();
  }
}
