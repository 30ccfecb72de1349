package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import resgen.lab.metric.Stopwatch;
import resgen.torch.Precision;

/** The tasks that are timed one after another, and the rows that come of them. */
public final class Bench {

  private static final int PRODUCT_SIDE = 2048;
  private static final int VECTORS = 4096;

  private final BenchPreset preset;
  private final Machine machine;

  /** The tasks of a preset, on this machine as it is set now. */
  public Bench(BenchPreset preset) {
    this.preset = preset;
    machine = Machine.here(preset.settings().precision());
  }

  /** Where this is. */
  public Machine machine() {
    return machine;
  }

  /**
   * The tasks that are timed unless others are asked for: all, or on a CPU at the paper's sizes
   * those that take minutes and not hours.
   */
  public List<Task> usual() {
    boolean all = !preset.name().startsWith("paper") || machine.device().equals("gpu");
    return tasks().stream()
        .filter(task -> all || !List.of("sample-8", "sample-64").contains(task.name()))
        .toList();
  }

  /** All tasks of the preset, in the order in which they are timed. */
  public List<Task> tasks() {
    GeneratorTasks generator = new GeneratorTasks(preset);
    boolean large = preset.name().startsWith("paper");
    int most = large ? 4 : 64;
    List<Task> tasks = new ArrayList<>();
    tasks.add(ArrayTasks.matrixProduct(PRODUCT_SIDE, Precision.FP32));
    tasks.add(ArrayTasks.matrixProduct(PRODUCT_SIDE, Precision.BF16));
    tasks.add(generator.trainingStep(preset.batch()));
    tasks.add(generator.forward(1));
    tasks.add(generator.forward(64));
    tasks.add(generator.optimizer());
    tasks.add(ArrayTasks.residualEncode(VECTORS));
    tasks.add(ArrayTasks.tokenizerEncode(preset.tokenizer(), most));
    tasks.add(ArrayTasks.tokenizerDecode(preset.tokenizer(), most));
    tasks.add(generator.sample(1));
    tasks.add(generator.sample(8));
    tasks.add(generator.sample(64));
    if (!large) { // `bench depth` has the paper's sizes
      tasks.add(generator.decode());
    }
    return tasks;
  }

  /**
   * Times tasks.
   *
   * @param each told each timing as it comes
   */
  public List<Timing> time(List<Task> tasks, Timing.Effort effort, Consumer<Timing> each) {
    List<Timing> timings = new ArrayList<>();
    for (Task task : tasks) {
      Timing timing = Timing.of(task, effort);
      timings.add(timing);
      each.accept(timing);
    }
    return timings;
  }

  /** Those of the tasks whose phases are told apart: a training step, and sampling. */
  public List<Task> phased(List<Task> tasks) {
    return tasks.stream()
        .filter(t -> t.name().equals("training-step") || t.name().startsWith("sample-"))
        .toList();
  }

  /** The phases of a task as rows of results. */
  public List<Map<String, Object>> rows(Shares shares) {
    List<Map<String, Object>> rows = new ArrayList<>();
    shares
        .seconds()
        .forEach(
            (phase, seconds) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("preset", preset.name());
              row.put("task", shares.task().name());
              row.put("phase", phase);
              row.put("clock", shares.clock());
              row.put("ms", number(1e3 * seconds));
              row.put("share", number(seconds / shares.total()));
              row.putAll(machine.columns());
              rows.add(row);
            });
    return rows;
  }

  /**
   * A timing as a row of results.
   *
   * @param product GFLOP/s of a core in the large matrix product, in the same precision and run;
   *     NaN if it was not timed
   */
  public Map<String, Object> row(Timing timing, double product) {
    Task task = timing.task();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset.name());
    row.put("task", task.name());
    row.put("unit", task.unit());
    row.put("units", task.units());
    row.put("runs", timing.wall().count());
    row.put("wall_ms", number(1e3 * timing.wall().median()));
    row.put("wall_mad_ms", number(1e3 * timing.wall().mad()));
    row.put("wall_least_ms", number(1e3 * timing.wall().least()));
    row.put("cpu_ms", number(1e3 * timing.cpu().median()));
    row.put("cpu_mad_ms", number(1e3 * timing.cpu().mad()));
    row.put("cpu_of", Stopwatch.standard().counts());
    row.put("wall_ms_per_unit", number(1e3 * timing.wall().median() / task.units()));
    row.put("network_calls", task.calls() == 0 ? null : task.calls());
    row.put("gflop", task.flops() == 0 ? null : number(task.flops() / 1e9));
    row.put("gflops", task.flops() == 0 ? null : number(timing.gigaflops()));
    row.put("gflops_of_core", task.flops() == 0 ? null : number(timing.gigaflopsOfCore()));
    boolean share = task.flops() > 0 && product > 0;
    row.put("share_of_product", share ? number(timing.gigaflopsOfCore() / product) : null);
    row.putAll(machine.columns());
    return row;
  }

  /**
   * GFLOP/s of a core in the matrix product in the generator's precision, if it is among the
   * timings.
   */
  public double product(List<Timing> timings) {
    String name = "matrix-product-" + machine.precision();
    return timings.stream()
        .filter(timing -> timing.task().name().equals(name))
        .mapToDouble(Timing::gigaflopsOfCore)
        .findFirst()
        .orElse(Double.NaN);
  }

  private static String number(double value) {
    return Float.toString((float) value);
  }
}
