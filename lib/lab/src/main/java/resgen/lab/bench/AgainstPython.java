package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** The same work here and in Python, by turns, with the ratios that are aimed at. */
public final class AgainstPython {

  private static final int VECTORS = 4096;
  private static final int SIDE = 2048;

  /** DJL's own operations one by one: what this libtorch does without kernels. */
  private static final String PLAIN = "plain DJL fp32";

  /** The largest ratio to Python in float32 that is aimed at, by task and contestant. */
  private static final Map<String, Double> TARGETS =
      Map.of(
          "training-step/ours fp32", 1.0,
          "training-step/ours bf16", 0.65,
          "forward-64/ours fp32", 1.0,
          "forward-64/ours bf16", 0.45,
          "forward-1/ours fp32", 0.95,
          "decode-1/ours fp32", 0.6,
          "residual-encode/ours fp32", 0.8,
          "optimizer-ema/ours fp32", 0.5);

  private final Python python;
  private final String preset;
  private final List<Precision> precisions;

  /**
   * A comparison at the sizes of a preset with an anchored head.
   *
   * @param bf16 whether bfloat16 takes part
   */
  public AgainstPython(Python python, String preset, boolean bf16) {
    this.python = python;
    this.preset = preset;
    precisions = bf16 ? List.of(Precision.FP32, Precision.BF16) : List.of(Precision.FP32);
  }

  /** The names of the comparisons. */
  public static List<String> tasks() {
    return List.of(
        "matrix-product",
        "training-step",
        "forward-64",
        "forward-1",
        "decode-1",
        "optimizer-ema",
        "residual-encode");
  }

  /** The ratio aimed at; NaN where none is. */
  public static double target(String task, String contestant) {
    return TARGETS.getOrDefault(task + "/" + contestant, Double.NaN);
  }

  /**
   * Runs one comparison.
   *
   * @param task one of {@link #tasks()}
   * @return Python in float32 first
   */
  public List<Timing> run(String task, Timing.Plan plan) {
    List<Timing.Contestant> all = new ArrayList<>();
    try {
      join(task, all);
      return Timing.byTurns(all, plan, round -> {});
    } finally {
      all.forEach(Timing.Contestant::close);
    }
  }

  private void join(String task, List<Timing.Contestant> all) {
    BenchPreset sizes = BenchPreset.of(preset, "fp32");
    GeneratorTasks plain = new GeneratorTasks(sizes);
    switch (task) {
      case "residual-encode" -> {
        Map<String, Object> vectors = Map.of("vectors", VECTORS);
        all.add(python.open("python fp32", task, vectors));
        all.add(python.open("python in pieces", "residual-encode-chunked", vectors));
        all.add(ours(Precision.FP32, ArrayTasks.residualEncode(VECTORS, false)));
        all.add(ArrayTasks.residualEncode(VECTORS, true).open(PLAIN, false));
      }
      case "matrix-product" -> {
        for (Precision p : precisions) {
          Map<String, Object> message = Map.of("side", SIDE, "precision", p.label());
          all.add(python.open("python " + p.label(), task, message));
        }
        precisions.forEach(p -> all.add(ours(p, ArrayTasks.matrixProduct(SIDE, p))));
      }
      case "decode-1" -> {
        all.add(python.open("python fp32", "decode", message(Precision.FP32, 1)));
        precisions.forEach(p -> all.add(ours(p, generator(p).decode())));
      }
      case "optimizer-ema" -> {
        all.add(python.open("python fp32", task, message(Precision.FP32, 1)));
        all.add(ours(Precision.FP32, generator(Precision.FP32).optimizer()));
        all.add(plain.plainOptimizer().open(PLAIN, false));
      }
      case "training-step" -> {
        both(all, task, sizes.batch());
        if (Torch.device().isGpu()) {
          for (Precision p : precisions) {
            String name = "python graph " + p.label();
            all.add(python.open(name, "training-step-graph", message(p, sizes.batch())));
          }
        }
        precisions.forEach(p -> all.add(ours(p, generator(p).trainingStep(sizes.batch()))));
        all.add(plain.plainStep(sizes.batch()).open(PLAIN, false));
      }
      case "forward-64", "forward-1" -> {
        int batch = task.equals("forward-1") ? 1 : 64;
        both(all, "forward", batch);
        precisions.forEach(p -> all.add(ours(p, generator(p).forward(batch, false))));
        all.add(plain.forward(batch, true).open(PLAIN, false));
      }
      default ->
          throw new IllegalArgumentException(
              "no comparison '" + task + "'; there are " + String.join(", ", tasks()));
    }
  }

  private void both(List<Timing.Contestant> all, String task, int batch) {
    for (Precision p : precisions) {
      all.add(python.open("python " + p.label(), task, message(p, batch)));
    }
  }

  private static Timing.Contestant ours(Precision precision, Task task) {
    return task.open("ours " + precision.label(), false);
  }

  private GeneratorTasks generator(Precision precision) {
    return new GeneratorTasks(BenchPreset.of(preset, precision.label()));
  }

  /** What the Python program needs to build the same network. */
  private Map<String, Object> message(Precision precision, int batch) {
    return Map.of("sizes", generator(precision).sizes(), "batch", batch);
  }

  /** A result as rows, one for each contestant. */
  public List<Map<String, Object>> rows(String task, List<Timing> timings, Machine machine) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Timing timing : timings) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("preset", preset);
      row.put("task", task);
      row.putAll(timing.columns(timings.get(0)));
      double target = target(task, timing.name());
      row.put("target", Double.isNaN(target) ? null : target);
      row.put("python_torch", python.torch());
      row.putAll(machine.columns());
      row.remove("precision"); // it is the contestant's
      rows.add(row);
    }
    return rows;
  }
}
