package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import resgen.sample.Sampling;
import resgen.settings.SourceCommit;
import resgen.torch.Graphs;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * What a GPU is measured by, in one run of a few minutes: works in the order of their importance,
 * each by turns as captured graphs, eagerly and, where a Python is given, with PyTorch. A work that
 * fails, or for which no time is left, says so in its row.
 */
public final class GpuBench {

  /**
   * One number.
   *
   * @param who did the work, and how
   * @param unit of the value
   * @param value the median, where there were several
   * @param mad the median distance from it; NaN of a single number
   * @param ratio to what {@code over} says; NaN without
   * @param over what the ratio is to
   * @param note how it was measured, or why it was not
   */
  public record Measured(
      String who, String unit, double value, double mad, double ratio, String over, String note) {

    /** A number by itself. */
    public static Measured of(String who, String unit, double value, String note) {
      return new Measured(who, unit, value, Double.NaN, Double.NaN, "", note);
    }
  }

  /**
   * Something that is measured.
   *
   * @param name as {@code --only} takes it
   * @param aim what is to be reached, in words
   * @param numbers measures it
   */
  public record Work(String name, String aim, Supplier<List<Measured>> numbers) {}

  /**
   * Sizes.
   *
   * @param reference preset of the comparison with Python
   * @param small preset of the shipped models
   * @param paper preset of the paper's model; {@code paperBatch} samples of its training step
   * @param most largest batch that is tried in sampling
   * @param product side of the large matrix product
   * @param plan how often work is repeated
   */
  public record Sizes(
      String reference,
      String small,
      String paper,
      int paperBatch,
      int most,
      int product,
      Timing.Plan plan) {

    /** Those of a GPU. */
    public static Sizes gpu() {
      return new Sizes(
          "reference", "small", "paper-rvq16", 64, 8192, 8192, new Timing.Plan(5, 20, 0.25, 0.3));
    }

    /** Tiny ones, to see that every row comes. */
    public static Sizes smoke() {
      return new Sizes("tiny", "tiny", "tiny", 4, 4, 64, new Timing.Plan(1, 0.01, 0, 0));
    }
  }

  private static final int EQUAL_STEPS = 50;

  private final Sizes sizes;
  private final String precision;
  private final Optional<Python> python;
  private final List<Work> works = new ArrayList<>();

  /**
   * The works of a size.
   *
   * @param precision of the work that is aimed at
   * @param python to compare with
   * @param more works, before those that take longest
   */
  public GpuBench(Sizes sizes, String precision, Optional<Python> python, List<Work> more) {
    this.sizes = sizes;
    this.precision = precision;
    this.python = python;
    works.add(new Work("equality", "0 between captured and eager", this::equality));
    works.add(
        new Work(
            "training-step-reference",
            "≤ 6 ms; ≤ 0.2 of PyTorch eager, ≤ 1.1 of PyTorch with graphs",
            () -> step(sizes.reference())));
    works.add(new Work("sample-64", "≤ 40 ms", this::sample));
    works.add(
        new Work(
            "one-image-paper",
            "≤ 150 ms with 28 steps, ≤ 300 with 63 (the paper, A100: 980, 2280)",
            this::oneImage));
    works.add(new Work("training-step-small", "≤ 4 ms", () -> step(sizes.small())));
    works.add(new Work("residual-encode", "≤ 0.8 of PyTorch", this::encode));
    works.addAll(more);
    works.add(
        new Work(
            "depth-models",
            "1, 2, 4, 8 iterations ≥ 4.1, 3.4, 2.7, 1.75 times faster than RQ-Transformer; each ≤ half of"
                + " the paper's 5350, 1300, 1560, 2000, 3050 ms",
            this::depthModels));
    works.add(
        new Work("training-step-paper", "≥ 0.35 of the matrix product's rate", this::paperStep));
    works.add(new Work("depth-cost", "ratio within 5 % of 1", this::depthCost));
    works.add(new Work("largest-batch", "≥ 2200 (the paper: 1915)", this::largestBatch));
  }

  /** The names of the works. */
  public List<String> names() {
    return works.stream().map(Work::name).toList();
  }

  /**
   * Measures.
   *
   * @param only works of these names; all if it is empty
   * @param seconds after which no further work begins
   * @param each told of each row as it comes
   * @return rows of results
   */
  public List<Map<String, Object>> run(
      List<String> only, double seconds, Consumer<Map<String, Object>> each) {
    long start = System.nanoTime();
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Work work : works) {
      if (!only.isEmpty() && !only.contains(work.name())) {
        continue;
      }
      List<Measured> numbers;
      double spent = (System.nanoTime() - start) / 1e9;
      if (spent > seconds) {
        numbers = List.of(missing("no time was left after %.0f s".formatted(spent)));
      } else {
        try {
          numbers = work.numbers().get();
        } catch (RuntimeException | LinkageError e) {
          numbers = List.of(missing(e.getClass().getSimpleName() + ": " + e.getMessage()));
        }
      }
      for (Measured number : numbers) {
        Map<String, Object> row = row(work, number);
        each.accept(row);
        rows.add(row);
      }
    }
    return rows;
  }

  private static Measured missing(String why) {
    String line = why.lines().findFirst().orElse("");
    return Measured.of("nobody", "", Double.NaN, "not measured: " + line);
  }

  private Map<String, Object> row(Work work, Measured number) {
    boolean gpu = Torch.device().isGpu();
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("work", work.name());
    row.put("who", number.who());
    row.put("unit", number.unit());
    row.put("value", finite(number.value()));
    row.put("mad", finite(number.mad()));
    row.put("ratio", finite(number.ratio()));
    row.put("over", number.over());
    row.put("aim", work.aim());
    row.put("note", number.note());
    row.put("device", gpu ? Gpu.here().name() : Machine.processorName());
    row.put("driver", gpu ? Gpu.here().driver() : "");
    row.put("libtorch", Torch.version());
    row.put("python_torch", python.map(Python::torch).orElse(""));
    row.put("tf32", Torch.tf32());
    row.put("commit", SourceCommit.current());
    return row;
  }

  private static Float finite(double value) {
    return Double.isFinite(value) ? (float) value : null;
  }

  /** Makes ready what reads the setting of graphs when it is made. */
  private static <T> T withGraphs(String setting, Supplier<T> open) {
    String before = System.getProperty(Graphs.PROPERTY);
    System.setProperty(Graphs.PROPERTY, setting);
    try {
      return open.get();
    } finally {
      if (before == null) {
        System.clearProperty(Graphs.PROPERTY);
      } else {
        System.setProperty(Graphs.PROPERTY, before);
      }
    }
  }

  private static Timing.Contestant ours(String setting, String format, Task task) {
    return withGraphs(setting, () -> task.open("ours " + how(setting) + " " + format, false));
  }

  /** What the setting amounts to here. */
  private static String how(String setting) {
    if (setting.equals("off")) {
      return "eager";
    }
    try (Graphs graphs = Graphs.on(Torch.device())) {
      return graphs.captures() ? "graphs" : "without graphs";
    }
  }

  private GeneratorTasks tasks(String preset, String format) {
    return new GeneratorTasks(BenchPreset.of(preset, format));
  }

  /** Contestants by turns; ratios are to the first. */
  private List<Measured> byTurns(List<Timing.Contestant> all) {
    List<Timing> timings;
    try {
      timings = Timing.byTurns(all, sizes.plan(), round -> {});
    } finally {
      all.forEach(Timing.Contestant::close);
    }
    Timing first = timings.get(0);
    return timings.stream().map(t -> milliseconds(t, first)).toList();
  }

  private static Measured milliseconds(Timing timing, Timing first) {
    Summary ratio = timing.over(first, Stopwatch.Elapsed::wall);
    return new Measured(
        timing.name(),
        "ms",
        1e3 * timing.wall().median(),
        1e3 * timing.wall().mad(),
        ratio.median(),
        first.name(),
        timing.note().isEmpty() ? timing.rounds().size() + " rounds" : timing.note());
  }

  private List<Measured> step(String preset) {
    List<Timing.Contestant> all = new ArrayList<>();
    int batch = BenchPreset.of(preset, precision).batch();
    python.ifPresent(
        program -> {
          for (String format :
              precision.equals("fp32") ? List.of("fp32") : List.of("fp32", precision)) {
            String name = "python eager " + format;
            all.add(program.open(name, "training-step", sized(preset, format)));
          }
          if (Torch.device().isGpu()) {
            String name = "python graph " + precision;
            all.add(program.open(name, "training-step-graph", sized(preset, precision)));
          }
        });
    all.add(ours("off", precision, tasks(preset, precision).trainingStep(batch)));
    all.add(ours("auto", precision, tasks(preset, precision).trainingStep(batch)));
    if (!precision.equals("fp32")) {
      all.add(ours("auto", "fp32", tasks(preset, "fp32").trainingStep(batch)));
    }
    return byTurns(all);
  }

  private Map<String, ?> sized(String preset, String format) {
    return Map.of(
        "sizes", tasks(preset, format).sizes(), "batch", BenchPreset.of(preset, format).batch());
  }

  private List<Measured> sample() {
    Task task = tasks(sizes.reference(), precision).sample(Math.min(64, 16 * sizes.most()));
    return byTurns(List.of(ours("off", precision, task), ours("auto", precision, task)));
  }

  private List<Measured> oneImage() {
    BenchPreset paper = BenchPreset.of(sizes.paper(), precision);
    List<Timing.Contestant> all = new ArrayList<>();
    for (int steps : new int[] {28, 63}) {
      Sampling way = Sampling.paper28().withSteps(steps);
      Task task = new GeneratorTasks(paper.sampling(way)).sample(1);
      all.add(ours("auto", precision + ", " + steps + " steps", task));
      if (steps == 28) {
        all.add(ours("off", precision + ", " + steps + " steps", task));
      }
    }
    return byTurns(all);
  }

  private List<Measured> encode() {
    int vectors = 4096;
    List<Timing.Contestant> all = new ArrayList<>();
    python.ifPresent(
        program ->
            all.add(program.open("python fp32", "residual-encode", Map.of("vectors", vectors))));
    Task task = ArrayTasks.residualEncode(vectors, false);
    all.add(ours("off", "fp32", task));
    all.add(ours("auto", "fp32", task));
    return byTurns(all);
  }

  private List<Measured> depthModels() {
    String preset = sizes.paper();
    try (DepthModels models = withGraphs("auto", () -> new DepthModels(preset, precision))) {
      Timing.Plan plan = new Timing.Plan(3, sizes.plan().seconds(), 0, 0);
      List<Timing> timings = models.run(plan);
      List<Measured> numbers = new ArrayList<>();
      for (Timing timing : timings) {
        Summary faster = timings.get(0).over(timing, Stopwatch.Elapsed::wall);
        numbers.add(
            new Measured(
                timing.name(),
                "ms",
                1e3 * timing.wall().median(),
                1e3 * timing.wall().mad(),
                faster.median(),
                "times faster than rq-transformer",
                how("auto") + ", " + precision));
      }
      return numbers;
    }
  }

  private List<Measured> paperStep() {
    Precision format = Precision.of(precision);
    Task product = ArrayTasks.matrixProduct(sizes.product(), format);
    Task step = tasks(sizes.paper(), precision).trainingStep(sizes.paperBatch());
    List<Timing> timings = new ArrayList<>();
    for (Task task : List.of(product, step)) {
      timings.add(withGraphs("auto", () -> Timing.of(task, sizes.plan(), false)));
    }
    double rate = product.flops() / timings.get(0).wall().median();
    double own = step.flops() / timings.get(1).wall().median();
    return List.of(
        Measured.of(
            "matrix product " + precision,
            "TFLOP/s",
            rate / 1e12,
            "side " + sizes.product() + ", with its conversions from float32"),
        new Measured(
            "ours " + how("auto") + " " + precision,
            "ms",
            1e3 * timings.get(1).wall().median(),
            1e3 * timings.get(1).wall().mad(),
            own / rate,
            "the matrix product's rate",
            "batch %d, %.1f TFLOP/s".formatted(sizes.paperBatch(), own / 1e12)));
  }

  private List<Measured> depthCost() {
    List<Timing.Contestant> all = new ArrayList<>();
    for (int depth : new int[] {8, 32}) {
      Task task =
          new GeneratorTasks(BenchPreset.of(sizes.paper(), precision).depth(depth))
              .forward(1, false);
      all.add(
          withGraphs(
              "auto", () -> task.open("ours graphs " + precision + ", D = " + depth, false)));
    }
    return byTurns(all);
  }

  /** The largest batch that is sampled, found by doubling and then by halves, to 3 %. */
  private List<Measured> largestBatch() {
    int good = 0;
    int bad = sizes.most() + 1;
    int size = Math.min(512, sizes.most());
    String note = "guided, " + precision + ", eager";
    while (bad - good > Math.max(1, good / 32)) {
      if (fits(size)) {
        good = size;
      } else {
        bad = size;
      }
      size = bad > sizes.most() && good < sizes.most() / 2 ? 2 * good : (good + bad) / 2;
      size = Math.max(1, size);
      if (good == sizes.most()) {
        note += ", the largest that was tried";
        break;
      }
    }
    return List.of(Measured.of("ours eager " + precision, "samples", good, note));
  }

  private boolean fits(int batch) {
    BenchPreset paper = BenchPreset.of(sizes.paper(), precision);
    Task task =
        new GeneratorTasks(paper.sampling(Sampling.paper28().withSteps(1).guidance(1, 1)))
            .sample(batch);
    if (Torch.device().isGpu()) {
      Torch.freeMemory(Torch.device());
    }
    try (Task.Work work = withGraphs("off", task::open)) {
      work.run();
      return true;
    } catch (ai.djl.engine.EngineException e) {
      if (String.valueOf(e.getMessage()).contains("out of memory")) {
        return false;
      }
      throw e;
    }
  }

  /** Weights after the same steps: captured against eager, and eager against itself. */
  private List<Measured> equality() {
    List<Measured> numbers = new ArrayList<>();
    for (String label : List.of("resgen", "direct-tokens", "ar-resgen")) {
      List<float[]> once = trained("off", label);
      double self = distance(once, trained("off", label));
      double captured = distance(once, trained("auto", label));
      String note = EQUAL_STEPS + " steps of " + label + ", largest difference of a weight";
      numbers.add(Measured.of("eager against eager, " + label, "", self, note));
      numbers.add(Measured.of("captured against eager, " + label, "", captured, note));
    }
    return numbers;
  }

  private List<float[]> trained(String setting, String label) {
    try (NDManager manager = Torch.manager()) {
      return withGraphs(
          setting,
          () -> GeneratorTasks.trained(manager, label, sizes.small(), precision, EQUAL_STEPS));
    }
  }

  private static double distance(List<float[]> a, List<float[]> b) {
    double most = 0;
    for (int i = 0; i < a.size(); i++) {
      for (int j = 0; j < a.get(i).length; j++) {
        most = Math.max(most, Math.abs((double) a.get(i)[j] - b.get(i)[j]));
      }
    }
    return most;
  }
}
