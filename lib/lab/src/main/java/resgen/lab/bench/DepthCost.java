package resgen.lab.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import resgen.sample.Sampling;

/**
 * What sampling costs at a depth D: the same network with tokens of more and more depths. Every
 * step reveals at least one token, so that the number of network calls is T for all D.
 *
 * @param depth D
 * @param task one sample
 * @param timing with its phases
 * @param networkRatio the network's time over that at {@link #BASE}, round by round
 */
public record DepthCost(int depth, Task task, Timing timing, Summary networkRatio) {

  /** The depths that are compared. */
  public static final List<Integer> DEPTHS = List.of(4, 8, 16, 32, 72);

  /** The depth that the others' network time is compared with. */
  public static final int BASE = 8;

  /**
   * Measures one sample at each depth, by turns.
   *
   * @param preset the network's sizes; its depth is replaced
   * @param rounds at least 1
   */
  public static List<DepthCost> of(BenchPreset preset, int rounds) {
    Sampling sampling = preset.sampling().minOneReveal(true);
    List<Task> tasks =
        DEPTHS.stream()
            .map(d -> new GeneratorTasks(preset.depth(d).sampling(sampling)).sample(1))
            .toList();
    Timing.Plan plan = new Timing.Plan(rounds, Double.POSITIVE_INFINITY, 0, 1);
    List<Timing> timings = Timing.of(tasks, plan, true);
    Timing base = timings.get(DEPTHS.indexOf(BASE));
    return IntStream.range(0, tasks.size())
        .mapToObj(
            i -> {
              Summary ratio = timings.get(i).over(base, round -> network(round.phases()));
              return new DepthCost(DEPTHS.get(i), tasks.get(i), timings.get(i), ratio);
            })
        .toList();
  }

  private static double network(Map<String, Double> phases) {
    return phases.get("embedding") + phases.get("backbone");
  }

  /** Seconds of the network: embedding and backbone. */
  public double network() {
    return network(timing.phases());
  }

  /** Seconds of quantizing what was drawn. */
  public double requantizing() {
    return timing.phases().getOrDefault("requantize", 0.0);
  }

  /** A row of results. */
  public Map<String, Object> row(BenchPreset preset, Machine machine) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset.name());
    row.put("depth", depth);
    row.put("positions", preset.tokens().positions());
    row.put("network_calls", task.calls());
    row.put("network_gflop", (float) (task.flops() / 1e9));
    row.put("clock", Stopwatch.standard().phaseClock());
    row.put("total_ms", (float) (1e3 * timing.phasesTotal()));
    row.put("network_ms", (float) (1e3 * network()));
    for (String phase : List.of("noise", "draw", "requantize", "reveal", "other")) {
      row.put(phase + "_ms", (float) (1e3 * timing.phases().getOrDefault(phase, 0.0)));
    }
    row.put("requantize_share", (float) (requantizing() / timing.phasesTotal()));
    networkRatio.put(row, "network_ratio", "", 1);
    row.put("rounds", networkRatio.count());
    row.putAll(machine.columns());
    return row;
  }
}
