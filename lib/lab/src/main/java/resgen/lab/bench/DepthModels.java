package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import resgen.torch.Torch;

/**
 * The paper's comparison of depth modelling: one sample from an RQ-Transformer, which draws every
 * depth by itself, and from AR-ResGen with 1, 2, 4 and 8 iterations over the depths. Weights are
 * random; keys and values are kept by both.
 */
public final class DepthModels implements AutoCloseable {

  /** AR-ResGen's iterations, and how many times faster than RQ-Transformer the paper has it. */
  public static final Map<Integer, Double> PAPER =
      java.util.Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 4.1, 2, 3.4, 4, 2.7, 8, 1.75)));

  /**
   * One model.
   *
   * @param iterations of AR-ResGen; 0 for RQ-Transformer
   * @param parameters how many numbers the network has
   * @param task one sample
   */
  public record Entry(int iterations, long parameters, Task task) {}

  private final NDManager manager = Torch.manager();
  private final List<Entry> entries;

  /**
   * Builds both networks.
   *
   * @param preset {@code paper-rvq16}, {@code small} or {@code tiny}
   * @param precision {@code fp32}, {@code bf16} or {@code auto}
   */
  public DepthModels(String preset, String precision) {
    try {
      entries = GeneratorTasks.depthModels(manager, preset, precision, PAPER.keySet());
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /** What is compared; RQ-Transformer is the first. */
  public List<Entry> entries() {
    return entries;
  }

  /** Times single samples, by turns; in the order of the entries. */
  public List<Timing> run(Timing.Plan plan) {
    return Timing.of(entries.stream().map(Entry::task).toList(), plan, false);
  }

  /**
   * How many times faster than another, round by round.
   *
   * @param what wall or processor seconds
   */
  public static Summary faster(
      Timing timing, Timing than, java.util.function.ToDoubleFunction<Stopwatch.Elapsed> what) {
    return than.over(timing, what);
  }

  /** A result as a row; the first timing is RQ-Transformer's. */
  public static Map<String, Object> row(
      String preset, Entry entry, Timing timing, Timing first, Machine machine) {
    Summary faster = faster(timing, first, Stopwatch.Elapsed::wall);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset);
    row.put("model", timing.name());
    row.put("parameters", entry.parameters());
    row.put("network_calls", entry.task().calls());
    row.put("gflop", (float) (entry.task().flops() / 1e9));
    row.put("rounds", timing.rounds().size());
    timing.wall().put(row, "wall", "_ms", 1e3);
    row.put("cpu_ms", (float) (1e3 * timing.cpu().median()));
    row.put("times_faster_wall", (float) faster.median());
    row.put("times_faster_wall_lower", (float) faster.lower());
    row.put("times_faster_wall_upper", (float) faster.upper());
    row.put("times_faster_cpu", (float) faster(timing, first, Stopwatch.Elapsed::cpu).median());
    row.put("times_faster_paper", PAPER.get(entry.iterations()));
    row.putAll(machine.columns());
    return row;
  }

  @Override
  public void close() {
    manager.close();
  }
}
