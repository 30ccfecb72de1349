package resgen.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.torch.Phases;

/**
 * Where the time of a task goes.
 *
 * @param task what was run
 * @param seconds wall seconds of one run, by phase; what is in no phase is called {@code other}
 */
public record Shares(Task task, Map<String, Double> seconds) {

  /** Runs a task, after a warm-up, and takes the median of each phase. */
  public static Shares of(Task task, Timing.Effort effort) {
    Map<String, List<Double>> runs = new LinkedHashMap<>();
    try (Task.Work work = task.opener().get()) {
      Timing.warmUp(work);
      double spent = 0;
      for (int i = 0; i < effort.repeats() && (i < 3 || spent < effort.seconds()); i++) {
        long start = System.nanoTime();
        Map<String, Double> phases = new LinkedHashMap<>(Phases.during(work::run));
        double whole = (System.nanoTime() - start) / 1e9;
        double named = phases.values().stream().mapToDouble(Double::doubleValue).sum();
        phases.put("other", Math.max(0, whole - named));
        phases.forEach((name, s) -> runs.computeIfAbsent(name, key -> new ArrayList<>()).add(s));
        spent += whole;
      }
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    runs.forEach(
        (name, values) ->
            medians.put(
                name,
                Summary.of(values.stream().mapToDouble(Double::doubleValue).toArray()).median()));
    return new Shares(task, medians);
  }

  /** The sum over the phases. */
  public double total() {
    return seconds.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** The share of some phases in the whole. */
  public double share(String... phases) {
    double sum = 0;
    for (String phase : phases) {
      sum += seconds.getOrDefault(phase, 0.0);
    }
    return sum / total();
  }
}
