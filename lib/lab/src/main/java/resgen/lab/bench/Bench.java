package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.torch.Precision;

/** The tasks that are timed one after another, and the rows that come of them. */
public final class Bench {

  private static final int PRODUCT_SIDE = 2048;
  private static final int VECTORS = 4096;

  private final BenchPreset preset;
  private final String codec;
  private final Machine machine;

  /**
   * The tasks of a preset, on this machine as it is set now.
   *
   * @param codec the tokenizer that encodes and decodes, by name or file
   */
  public Bench(BenchPreset preset, String codec) {
    this.preset = preset;
    this.codec = codec;
    machine = Machine.here(preset.settings().model().precision());
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
    boolean all = !preset.isLarge() || machine.device().equals("gpu");
    return tasks().stream()
        .filter(task -> all || !List.of("sample-8", "sample-64").contains(task.name()))
        .toList();
  }

  /** All tasks of the preset, in the order in which they are timed. */
  public List<Task> tasks() {
    GeneratorTasks generator = new GeneratorTasks(preset);
    List<Task> tasks = new ArrayList<>();
    tasks.add(ArrayTasks.matrixProduct(PRODUCT_SIDE, Precision.FP32));
    tasks.add(ArrayTasks.matrixProduct(PRODUCT_SIDE, Precision.BF16));
    tasks.add(generator.trainingStep(preset.batch()));
    tasks.add(generator.forward(1, false));
    tasks.add(generator.forward(64, false));
    tasks.add(generator.optimizer());
    tasks.add(ArrayTasks.residualEncode(VECTORS, false));
    tasks.addAll(ArrayTasks.tokenizer(codec, 64));
    tasks.add(generator.sample(1));
    tasks.add(generator.sample(8));
    tasks.add(generator.sample(64));
    if (!preset.isLarge()) { // `bench depth` has the paper's sizes
      tasks.add(generator.decode());
    }
    return tasks;
  }

  /** Those of the tasks whose phases are told apart: a training step, and sampling. */
  public static List<Task> phased(List<Task> tasks) {
    return tasks.stream()
        .filter(t -> t.name().equals("training-step") || t.name().startsWith("sample-"))
        .toList();
  }

  /** The phases of a task as rows of results. */
  public List<Map<String, Object>> phases(Timing timing) {
    List<Map<String, Object>> rows = new ArrayList<>();
    double total = timing.phasesTotal();
    timing
        .phases()
        .forEach(
            (phase, seconds) -> {
              Map<String, Object> row = new LinkedHashMap<>();
              row.put("preset", preset.name());
              row.put("task", timing.name());
              row.put("phase", phase);
              row.put("clock", Stopwatch.standard().phaseClock());
              row.put("ms", (float) (1e3 * seconds));
              row.put("share", (float) (seconds / total));
              row.putAll(machine.columns());
              rows.add(row);
            });
    return rows;
  }

  /** Floating-point operations a second in units of 10⁹; of one core, if by processor time. */
  public static double gigaflops(Task task, Summary seconds) {
    return task.flops() / seconds.median() / 1e9;
  }

  /**
   * A timing as a row of results.
   *
   * @param product GFLOP/s of a core in the large matrix product, in the same precision and run;
   *     NaN if it was not timed
   */
  public Map<String, Object> row(Task task, Timing timing, double product) {
    Summary wall = timing.wall();
    Summary cpu = timing.cpu();
    boolean counted = task.flops() > 0;
    double ofCore = gigaflops(task, cpu);
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("preset", preset.name());
    row.put("task", task.name());
    row.put("unit", task.unit());
    row.put("units", task.units());
    row.put("runs", wall.count());
    wall.put(row, "wall", "_ms", 1e3);
    row.put("wall_least_ms", (float) (1e3 * wall.least()));
    cpu.put(row, "cpu", "_ms", 1e3);
    row.put("cpu_of", Stopwatch.standard().counts());
    row.put("wall_ms_per_unit", (float) (1e3 * wall.median() / task.units()));
    row.put("network_calls", task.calls() == 0 ? null : task.calls());
    row.put("gflop", counted ? (float) (task.flops() / 1e9) : null);
    row.put("gflops", counted ? (float) (gigaflops(task, wall)) : null);
    row.put("gflops_of_core", counted ? (float) (ofCore) : null);
    row.put("share_of_product", counted && product > 0 ? (float) (ofCore / product) : null);
    row.putAll(machine.columns());
    return row;
  }

  /**
   * GFLOP/s of a core in the matrix product in the generator's precision; NaN if it is not among
   * the timings.
   *
   * @param timings by task
   */
  public double product(Map<Task, Timing> timings) {
    String name = "matrix-product-" + machine.precision();
    return timings.keySet().stream()
        .filter(task -> task.name().equals(name))
        .mapToDouble(task -> gigaflops(task, timings.get(task).cpu()))
        .findFirst()
        .orElse(Double.NaN);
  }
}
