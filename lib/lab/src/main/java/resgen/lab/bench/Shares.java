package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import resgen.lab.metric.Stopwatch;
import resgen.torch.Phases;

/**
 * Where the time of a task goes.
 *
 * @param task what was run
 * @param clock whose seconds: {@code thread} for its processor time, {@code wall}
 * @param seconds of one run, by phase; what is in no phase is called {@code other}
 */
public record Shares(Task task, String clock, Map<String, Double> seconds) {

  /** Runs a task, after a warm-up, and takes the median of each phase. */
  public static Shares of(Task task, Timing.Effort effort) {
    List<Map<String, Double>> runs = new ArrayList<>();
    try (Task.Work work = task.opener().get()) {
      Timing.warmUp(work);
      double spent = 0;
      for (int i = 0; i < effort.repeats() && (i < 3 || spent < effort.seconds()); i++) {
        long start = System.nanoTime();
        runs.add(once(work));
        spent += (System.nanoTime() - start) / 1e9;
      }
    }
    return new Shares(task, clockHere(), medians(runs));
  }

  /** The clock that the phases are measured by. */
  static String clockHere() {
    return Stopwatch.standard().counts().equals("thread") ? "thread" : "wall";
  }

  /** One run's seconds by phase. */
  static Map<String, Double> once(Task.Work work) {
    LongSupplier clock = Stopwatch.standard().phaseClock();
    long start = clock.getAsLong();
    Map<String, Double> phases = new LinkedHashMap<>(Phases.during(work::run, clock));
    double whole = (clock.getAsLong() - start) / 1e9;
    double named = phases.values().stream().mapToDouble(Double::doubleValue).sum();
    phases.put("other", Math.max(0, whole - named));
    return phases;
  }

  /** The median of each phase over runs; a run without it does not count. */
  static Map<String, Double> medians(List<Map<String, Double>> runs) {
    Map<String, List<Double>> byPhase = new LinkedHashMap<>();
    runs.forEach(
        run ->
            run.forEach(
                (name, s) -> byPhase.computeIfAbsent(name, key -> new ArrayList<>()).add(s)));
    Map<String, Double> medians = new LinkedHashMap<>();
    byPhase.forEach(
        (name, values) ->
            medians.put(
                name,
                Summary.of(values.stream().mapToDouble(Double::doubleValue).toArray()).median()));
    return medians;
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
