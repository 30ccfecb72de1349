package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.model.ResGenSettings;
import resgen.model.TokenShape;
import resgen.torch.Precision;

/** The same work here and in Python, by turns, with the ratios that are aimed at. */
public final class AgainstPython {

  private static final int VECTORS = 4096;

  /** DJL's own operations one by one: what this libtorch does without kernels. */
  private static final String PLAIN = "plain DJL fp32";

  /**
   * One comparison.
   *
   * @param task its name
   * @param standings Python in float32 first
   */
  public record Result(String task, List<Contest.Standing> standings) {}

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
  private final boolean bf16;

  /**
   * A comparison at the sizes of a preset with an anchored head.
   *
   * @param bf16 whether bfloat16 takes part
   */
  public AgainstPython(Python python, String preset, boolean bf16) {
    this.python = python;
    this.preset = preset;
    this.bf16 = bf16;
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
   * @param rounds in which each does a block
   * @param blockSeconds about how long a block lasts
   */
  public Result run(String task, int rounds, double blockSeconds) {
    List<Contest.Contestant> contestants = new ArrayList<>();
    try {
      join(task, contestants);
      return new Result(task, Contest.of(contestants, rounds, blockSeconds));
    } finally {
      contestants.forEach(Contest.Contestant::close);
    }
  }

  private void join(String task, List<Contest.Contestant> all) {
    switch (task) {
      case "residual-encode" -> {
        all.add(python.open("python fp32", "residual-encode", Map.of("vectors", VECTORS)));
        all.add(
            python.open("python in pieces", "residual-encode-chunked", Map.of("vectors", VECTORS)));
        all.add(Contest.ours("ours fp32", ArrayTasks.residualEncode(VECTORS)));
        all.add(Contest.ours(PLAIN, plain().residualEncode(VECTORS)));
      }
      case "matrix-product" -> {
        for (Precision p : precisions()) {
          Map<String, Object> sizes = Map.of("side", 2048, "precision", p.label());
          all.add(python.open("python " + p.label(), "matrix-product", sizes));
        }
        for (Precision p : precisions()) {
          all.add(Contest.ours("ours " + p.label(), ArrayTasks.matrixProduct(2048, p)));
        }
      }
      case "decode-1" -> {
        all.add(python.open("python fp32", "decode", sizes(Precision.FP32)));
        for (Precision p : precisions()) {
          all.add(Contest.ours("ours " + p.label(), generator(p).decode()));
        }
      }
      case "optimizer-ema" -> {
        all.add(python.open("python fp32", task, sizes(Precision.FP32)));
        all.add(Contest.ours("ours fp32", generator(Precision.FP32).optimizer()));
        all.add(Contest.ours(PLAIN, plain().optimizer()));
      }
      case "training-step", "forward-64", "forward-1" -> {
        for (Precision p : precisions()) {
          all.add(python.open("python " + p.label(), task.replaceAll("-\\d+", ""), sizes(task, p)));
        }
        for (Precision p : precisions()) {
          all.add(Contest.ours("ours " + p.label(), generator(task, p)));
        }
        int batch = batch(task);
        boolean step = task.equals("training-step");
        all.add(Contest.ours(PLAIN, step ? plain().trainingStep(batch) : plain().forward(batch)));
      }
      default ->
          throw new IllegalArgumentException(
              "no comparison '" + task + "'; there are " + String.join(", ", tasks()));
    }
  }

  private PlainTasks plain() {
    return new PlainTasks(preset(Precision.FP32));
  }

  private List<Precision> precisions() {
    return bf16 ? List.of(Precision.FP32, Precision.BF16) : List.of(Precision.FP32);
  }

  private BenchPreset preset(Precision precision) {
    return BenchPreset.of(preset, precision.label());
  }

  private GeneratorTasks generator(Precision precision) {
    return new GeneratorTasks(preset(precision));
  }

  private int batch(String task) {
    return task.startsWith("forward-")
        ? Integer.parseInt(task.substring("forward-".length()))
        : preset(Precision.FP32).batch();
  }

  private Task generator(String task, Precision precision) {
    return task.equals("training-step")
        ? generator(precision).trainingStep(batch(task))
        : generator(precision).forward(batch(task));
  }

  private Map<String, Object> sizes(String task, Precision precision) {
    Map<String, Object> sizes = sizes(precision);
    sizes.put("batch", batch(task));
    return sizes;
  }

  /** What the Python program needs to build the same network. */
  private Map<String, Object> sizes(Precision precision) {
    ResGenSettings s = preset(precision).settings();
    TokenShape t = s.tokens();
    Map<String, Object> sizes = new LinkedHashMap<>();
    sizes.put("grid", t.grid());
    sizes.put("depth", t.depth());
    sizes.put("codes", t.codes());
    sizes.put("dimension", t.dimension());
    sizes.put("classes", t.classes());
    sizes.put("width", s.backbone().width());
    sizes.put("layers", s.backbone().layers());
    sizes.put("heads", s.backbone().heads());
    sizes.put("expansion", s.backbone().expansion());
    sizes.put("components", s.mixture().components());
    sizes.put("state_width", s.conditioning().stateWidth());
    sizes.put("depth_layers", GeneratorTasks.DEPTH_LAYERS);
    sizes.put("precision", precision.label());
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("sizes", sizes);
    return message;
  }

  /** A result as rows, one for each contestant. */
  public List<Map<String, Object>> rows(Result result, Machine machine) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Contest.Standing standing : result.standings()) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("preset", preset);
      row.put("task", result.task());
      row.putAll(Contest.columns(standing));
      double target = target(result.task(), standing.name());
      row.put("target", Double.isNaN(target) ? null : target);
      row.put("python_torch", python.torch());
      row.putAll(machine.columns());
      row.remove("precision"); // it is the contestant's
      rows.add(row);
    }
    return rows;
  }
}
