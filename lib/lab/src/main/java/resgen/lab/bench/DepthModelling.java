package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.model.ArResGenNetwork;
import resgen.model.ArResGenSettings;
import resgen.model.RqTransformerNetwork;
import resgen.model.RqTransformerSettings;
import resgen.model.TokenShape;
import resgen.nn.Parameters;
import resgen.quantize.Codebooks;
import resgen.sample.AutoregressiveSampler;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.torch.Torch;

/**
 * The paper's comparison of depth modelling: one sample from an RQ-Transformer, which draws every
 * depth by itself, and from AR-ResGen with 1, 2, 4 and 8 iterations over the depths. Weights are
 * random; keys and values are kept by both.
 */
public final class DepthModelling implements AutoCloseable {

  /** AR-ResGen's iterations, and how many times faster than RQ-Transformer the paper has it. */
  public static final Map<Integer, Double> PAPER = paper();

  private static Map<Integer, Double> paper() {
    Map<Integer, Double> times = new LinkedHashMap<>();
    times.put(1, 4.1);
    times.put(2, 3.4);
    times.put(4, 2.7);
    times.put(8, 1.75);
    return java.util.Collections.unmodifiableMap(times);
  }

  /**
   * One model.
   *
   * @param name of model and iterations
   * @param iterations of AR-ResGen; 0 for RQ-Transformer
   * @param parameters how many numbers the network has
   * @param calls network calls of a sample, one after another
   * @param flops of a sample's matrix products
   */
  public record Entry(String name, int iterations, long parameters, int calls, double flops) {}

  private final NDManager manager = Torch.manager();
  private final List<Entry> entries = new ArrayList<>();
  private final List<Task> tasks = new ArrayList<>();

  /**
   * Builds both networks.
   *
   * @param preset {@code paper-rvq16}, {@code small} or {@code tiny}
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public DepthModelling(String preset, String precision) {
    TokenShape own = new TokenShape(4, 8, 256, 24, 10);
    RqTransformerSettings rq =
        switch (preset) {
          case "paper-rvq16" -> RqTransformerSettings.paperRvq16();
          case "small" -> RqTransformerSettings.small(own);
          case "tiny" -> RqTransformerSettings.tiny(new TokenShape(2, 8, 16, 8, 2));
          default ->
              throw new IllegalArgumentException(
                  "no preset '" + preset + "' here; there are paper-rvq16, small, tiny");
        };
    ArResGenSettings ar =
        switch (preset) {
          case "paper-rvq16" -> ArResGenSettings.paperRvq16();
          case "small" -> ArResGenSettings.small(own);
          default -> ArResGenSettings.tiny(rq.tokens());
        };
    Codebooks books = RandomTokens.books(manager, rq.tokens());
    addRqTransformer(precision(rq, precision), books);
    addArResGen(precision(ar, precision), books);
  }

  private static RqTransformerSettings precision(RqTransformerSettings s, String precision) {
    return new RqTransformerSettings(
        s.tokens(), s.backbone(), s.depthLayers(), s.classDrop(), precision);
  }

  private static ArResGenSettings precision(ArResGenSettings s, String precision) {
    return new ArResGenSettings(
        s.tokens(), s.backbone(), s.mlp(), s.mixture(), s.masking(), s.classDrop(), precision);
  }

  private void addRqTransformer(RqTransformerSettings settings, Codebooks books) {
    RqTransformerNetwork network =
        new RqTransformerNetwork(Parameters.repeating(manager, 0), settings, books);
    network.parameters().freeze();
    add("rq-transformer", 0, network.parameters(), AutoregressiveSampler.of(network, sampling(1)));
  }

  private void addArResGen(ArResGenSettings settings, Codebooks books) {
    ArResGenNetwork network =
        new ArResGenNetwork(Parameters.repeating(manager, 0), settings, books);
    network.parameters().freeze();
    for (int iterations : PAPER.keySet()) {
      if (iterations <= settings.tokens().depth()) {
        add(
            "ar-resgen-" + iterations,
            iterations,
            network.parameters(),
            AutoregressiveSampler.of(network, sampling(iterations)));
      }
    }
  }

  private static Sampling sampling(int iterations) {
    return Sampling.steps(iterations).topP(0.95).batchSize(1);
  }

  private void add(
      String name, int iterations, Parameters parameters, AutoregressiveSampler sampler) {
    entries.add(
        new Entry(
            name,
            iterations,
            parameters.count(),
            sampler.cost().networkCalls(),
            sampler.cost().flops()));
    tasks.add(
        new Task(
            name,
            "images",
            1,
            sampler.cost().networkCalls(),
            sampler.cost().flops(),
            () -> () -> sampler.sample(Labels.of(0), 0)));
  }

  /** What is compared; RQ-Transformer is the first. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  /** Times single samples, by turns; standings are in the order of the entries. */
  public List<Contest.Standing> run(int rounds, double blockSeconds) {
    List<Contest.Contestant> contestants = new ArrayList<>();
    try {
      tasks.forEach(task -> contestants.add(Contest.ours(task.name(), task)));
      return Contest.of(contestants, rounds, blockSeconds);
    } finally {
      contestants.forEach(Contest.Contestant::close);
    }
  }

  /** A result as a row. */
  public static Map<String, Object> row(
      String preset, Entry entry, Contest.Standing standing, Machine machine) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset);
    row.put("model", entry.name());
    row.put("parameters", entry.parameters());
    row.put("network_calls", entry.calls());
    row.put("gflop", (float) (entry.flops() / 1e9));
    row.put("rounds", standing.wall().count());
    row.put("wall_ms", (float) (1e3 * standing.wall().median()));
    row.put("wall_mad_ms", (float) (1e3 * standing.wall().mad()));
    row.put("cpu_ms", (float) (1e3 * standing.cpu().median()));
    row.put("times_faster_wall", (float) (1 / standing.wallRatio().median()));
    row.put("times_faster_wall_lower", (float) (1 / standing.wallRatio().upper()));
    row.put("times_faster_wall_upper", (float) (1 / standing.wallRatio().lower()));
    row.put("times_faster_cpu", (float) (1 / standing.cpuRatio().median()));
    row.put("times_faster_paper", PAPER.get(entry.iterations()));
    row.putAll(machine.columns());
    return row;
  }

  @Override
  public void close() {
    manager.close();
  }
}
