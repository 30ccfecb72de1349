package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import resgen.model.ConditionSpec;
import resgen.model.Family;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.nn.Parameters;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * The paper's comparison of depth modelling: one sample from an RQ-Transformer, which draws every
 * depth by itself, and from AR-ResGen with 1, 2, 4 and 8 iterations over the depths. Weights are
 * random; keys and values are kept by both.
 */
public final class DepthModels implements AutoCloseable {

  /** AR-ResGen's iterations, and how many times faster than RQ-Transformer the paper has it. */
  public static final Map<Integer, Double> PAPER =
      Collections.unmodifiableMap(new TreeMap<>(Map.of(1, 4.1, 2, 3.4, 4, 2.7, 8, 1.75)));

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
      entries = build(preset, precision);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  private List<Entry> build(String preset, String precision) {
    if (!List.of("paper-rvq16", "small", "tiny").contains(preset)) {
      throw new IllegalArgumentException(
          "no preset '" + preset + "' here; there are paper-rvq16, small, tiny");
    }
    TokenSpec tokens =
        preset.equals("tiny") ? BenchPreset.tokens(2, 8, 16, 8) : BenchPreset.tokens(4, 8, 256, 24);
    ConditionSpec classes = new ConditionSpec.Classes(RandomTokens.CLASSES);
    Model rq = causal("rq-transformer", preset, precision, tokens, classes);
    Model ar = causal("ar-resgen", preset, precision, tokens, classes);
    List<Entry> entries = new ArrayList<>();
    entries.add(entry("rq-transformer", 0, rq, causal(1)));
    for (int n : PAPER.keySet()) {
      entries.add(entry("ar-resgen-" + n, n, ar, causal(n)));
    }
    return entries;
  }

  private Model causal(
      String label, String preset, String precision, TokenSpec tokens, ConditionSpec classes) {
    ModelSpec spec =
        Family.of(label).preset(preset).of(tokens, classes).precision(precision).model();
    Model model =
        spec.build(Parameters.repeating(manager, 0), RandomTokens.books(manager, spec.tokens()));
    model.parameters().freeze();
    return model;
  }

  private static Sampling causal(int iterations) {
    return Sampling.steps(iterations).topP(0.95).batchSize(1);
  }

  private static Entry entry(String name, int iterations, Model model, Sampling sampling) {
    TokenSampler sampler = TokenSampler.of(model, sampling, false);
    int classes = model.spec().classes();
    Condition condition =
        new Condition.Classes(
            new int[1], IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    return new Entry(
        iterations,
        model.parameters().count(),
        new Task(
            name,
            "images",
            1,
            sampler.cost().networkCalls(),
            sampler.cost().flops(),
            (manager, closing) -> {
              closing.push(sampler::close);
              return () -> sampler.sample(condition, 0);
            }));
  }

  /** What is compared; RQ-Transformer is the first. */
  public List<Entry> entries() {
    return entries;
  }

  /** Times single samples, by turns; in the order of the entries. */
  public List<Timing> run(Timing.Plan plan) {
    return Timing.of(entries.stream().map(Entry::task).toList(), plan, false);
  }

  /** A result as a row; the first timing is RQ-Transformer's. */
  public static Map<String, Object> row(
      String preset, Entry entry, Timing timing, Timing first, Machine machine) {
    Summary faster = first.over(timing, Stopwatch.Elapsed::wall);
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
    row.put("times_faster_cpu", (float) first.over(timing, Stopwatch.Elapsed::cpu).median());
    row.put("times_faster_paper", PAPER.get(entry.iterations()));
    row.putAll(machine.columns());
    return row;
  }

  @Override
  public void close() {
    manager.close();
  }
}
