package resgen.lab.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;
import resgen.lab.study.Charts;
import resgen.sample.Sampling;

/**
 * What sampling costs as the depth D grows: the same network with tokens of more and more depths.
 * Every step reveals at least one token, so that the number of network calls is T for all D.
 */
public final class DepthCost {

  /** The depths that are compared. */
  public static final List<Integer> DEPTHS = List.of(4, 8, 16, 32, 72);

  /** The depth that the others' network time is compared with. */
  public static final int BASE = 8;

  /**
   * One depth.
   *
   * @param depth D
   * @param calls network calls of a sample
   * @param gflop of the network in a sample, in units of 10⁹ operations
   * @param shares seconds by phase of one sample
   * @param networkRatio network time over that at {@link #BASE}, round by round
   */
  public record Cost(int depth, int calls, double gflop, Shares shares, Summary networkRatio) {

    /** Seconds of the network: embedding and backbone. */
    public double network() {
      return shares.seconds().get("embedding") + shares.seconds().get("backbone");
    }

    /** The share of quantizing what was drawn. */
    public double requantizing() {
      return shares.share("requantize");
    }
  }

  private DepthCost() {}

  /**
   * Measures one sample at each depth, by turns.
   *
   * @param preset the network's sizes; its depth is replaced
   * @param rounds at least 1
   */
  public static List<Cost> of(BenchPreset preset, int rounds) {
    if (rounds < 1) {
      throw new IllegalArgumentException("rounds " + rounds + " must be at least 1");
    }
    List<Task> tasks = new ArrayList<>();
    List<Task.Work> works = new ArrayList<>();
    try {
      for (int depth : DEPTHS) {
        Sampling sampling = preset.sampling().minOneReveal(true);
        Task task = new GeneratorTasks(preset.depth(depth).sampling(sampling)).sample(1);
        tasks.add(task);
        works.add(task.opener().get());
      }
      return costs(tasks, measure(works, rounds));
    } finally {
      works.forEach(Task.Work::close);
    }
  }

  /** Seconds by phase, {@code [depth][round]}. */
  private static List<List<Map<String, Double>>> measure(List<Task.Work> works, int rounds) {
    List<List<Map<String, Double>>> runs = new ArrayList<>();
    for (Task.Work work : works) {
      Timing.warmUp(work);
      runs.add(new ArrayList<>());
    }
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < works.size(); turn++) {
        int i = (turn + round) % works.size();
        runs.get(i).add(Shares.once(works.get(i)));
      }
    }
    return runs;
  }

  private static List<Cost> costs(List<Task> tasks, List<List<Map<String, Double>>> runs) {
    double[] base = network(runs.get(DEPTHS.indexOf(BASE)));
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < tasks.size(); i++) {
      Task task = tasks.get(i);
      costs.add(
          new Cost(
              DEPTHS.get(i),
              task.calls(),
              task.flops() / 1e9,
              new Shares(task, Shares.clockHere(), Shares.medians(runs.get(i))),
              Summary.ofRatios(network(runs.get(i)), base)));
    }
    return costs;
  }

  private static double[] network(List<Map<String, Double>> rounds) {
    return rounds.stream().mapToDouble(r -> r.get("embedding") + r.get("backbone")).toArray();
  }

  /** A cost as a row of results. */
  public static Map<String, Object> row(Cost cost, BenchPreset preset, Machine machine) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset.name());
    row.put("depth", cost.depth());
    row.put("positions", preset.settings().tokens().positions());
    row.put("network_calls", cost.calls());
    row.put("network_gflop", (float) cost.gflop());
    row.put("clock", cost.shares().clock());
    row.put("total_ms", (float) (1e3 * cost.shares().total()));
    row.put("network_ms", (float) (1e3 * cost.network()));
    for (String phase : List.of("noise", "draw", "requantize", "reveal", "other")) {
      row.put(phase + "_ms", (float) (1e3 * cost.shares().seconds().getOrDefault(phase, 0.0)));
    }
    row.put("requantize_share", (float) cost.requantizing());
    row.put("network_ratio", (float) cost.networkRatio().median());
    row.put("network_ratio_mad", (float) cost.networkRatio().mad());
    row.put("rounds", cost.networkRatio().count());
    row.putAll(machine.columns());
    return row;
  }

  /**
   * Draws milliseconds of one sample against the depth into the figures folder.
   *
   * @return the PNG's path; an SVG lies beside it
   */
  public static Path draw(List<Cost> costs, String name) {
    double[] depths = costs.stream().mapToDouble(Cost::depth).toArray();
    XYChart chart =
        Charts.lines(
            "One sample at 64 positions, " + costs.get(0).calls() + " network calls",
            "depth D",
            "milliseconds");
    chart
        .addSeries(
            "all", depths, costs.stream().mapToDouble(c -> 1e3 * c.shares().total()).toArray())
        .setMarker(SeriesMarkers.CIRCLE);
    chart
        .addSeries("network", depths, costs.stream().mapToDouble(c -> 1e3 * c.network()).toArray())
        .setMarker(SeriesMarkers.DIAMOND);
    chart
        .addSeries(
            "re-quantization",
            depths,
            costs.stream()
                .mapToDouble(c -> 1e3 * c.shares().seconds().getOrDefault("requantize", 0.0))
                .toArray())
        .setMarker(SeriesMarkers.SQUARE);
    chart.getStyler().setYAxisMin(0.0);
    return Charts.save(chart, name);
  }
}
