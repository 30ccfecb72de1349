package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Managers;
import resgen.torch.Torch;

class BenchTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  static Stream<String> taskNames() {
    return new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8")
        .tasks().stream().map(Task::name).filter(name -> !name.startsWith("matrix"));
  }

  @ParameterizedTest
  @MethodSource("taskNames")
  void everyTaskRunsAndLeavesNothingBehind(String name) {
    Task task =
        new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8")
            .tasks().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    try (Task.Work work = task.open()) {
      work.run(); // compiles kernels
    }
    long before = Managers.count();
    try (Task.Work work = task.open()) {
      work.run();
      long open = Managers.count();
      work.run();
      assertEquals(open, Managers.count(), "after one more run");
    }
    assertEquals(before, Managers.count(), "after it is closed");
  }

  @Test
  void aRowTellsWhatWhereAndHowFast() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8");
    Task task = new Task("half", "things", 4, 3, 1e6, (manager, closing) -> () -> {});
    Timing timing =
        new Timing(
            "half",
            "",
            Stream.of(0.004, 0.002, 0.003).map(s -> new Stopwatch.Elapsed(s, 0.001)).toList());

    Map<String, Object> row = bench.row(task, timing, 2.0);

    assertEquals("tiny", row.get("preset"));
    assertEquals(3, row.get("runs"));
    assertEquals(3f, row.get("wall_ms"));
    assertEquals(1f, row.get("wall_mad_ms"));
    assertEquals(0.75f, row.get("wall_ms_per_unit"));
    assertEquals(3, row.get("network_calls"));
    assertEquals(0.33333334f, row.get("gflops"));
    assertEquals(1f, row.get("gflops_of_core"));
    assertEquals(0.5f, row.get("share_of_product"));
    assertEquals("fp32", row.get("precision"));
    assertEquals(1, row.get("threads"));
    assertTrue(row.containsKey("commit") && row.containsKey("processor"), row.toString());
  }

  @Test
  void aTrainingStepHasItsPhases() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8");
    List<Task> phased = Bench.phased(bench.tasks());

    Timing step = Timing.of(phased.get(0), Timing.Plan.repeats(3, 1), true);

    assertEquals(
        List.of("masks", "embedding", "backbone", "head", "backward", "optimizer", "ema", "other"),
        List.copyOf(step.phases().keySet()));
    assertTrue(step.phases().get("other") < 0.5 * step.phasesTotal(), step.toString());
    List<Map<String, Object>> rows = bench.phases(step);
    assertEquals("masks", rows.get(0).get("phase"));
    double shares =
        rows.stream().mapToDouble(row -> Double.parseDouble(row.get("share").toString())).sum();
    assertEquals(1, shares, 1e-6);
  }

  @Test
  void samplingHasItsPhases() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8");
    Task one =
        Bench.phased(bench.tasks()).stream()
            .filter(t -> t.name().equals("sample-1"))
            .findFirst()
            .orElseThrow();

    Timing timing = Timing.of(one, Timing.Plan.repeats(3, 1), true);

    assertEquals(
        List.of("embedding", "backbone", "noise", "draw", "requantize", "reveal", "other"),
        List.copyOf(timing.phases().keySet()));
  }

  @Test
  void whatTakesHoursHasToBeAskedFor() {
    Bench tiny = new Bench(BenchPreset.of("tiny", "fp32"), "fashion-rvq8");
    Bench paper = new Bench(BenchPreset.of("paper-rvq16", "fp32"), "fashion-rvq8");

    assertEquals(names(tiny.tasks()), names(tiny.usual()));
    assertTrue(names(paper.tasks()).contains("sample-64"));
    assertEquals(
        paper.machine().device().equals("gpu"), names(paper.usual()).contains("sample-64"));
    assertTrue(names(paper.usual()).contains("sample-1"));
  }

  private static List<String> names(List<Task> tasks) {
    return tasks.stream().map(Task::name).toList();
  }

  @Test
  void allDepthsMakeTheSameCalls() {
    List<DepthCost> costs = DepthCost.of(BenchPreset.of("tiny", "fp32"), 1);

    assertEquals(DepthCost.DEPTHS, costs.stream().map(DepthCost::depth).toList());
    assertEquals(1, costs.stream().map(c -> c.task().calls()).distinct().count());
    assertEquals(1.0, costs.get(DepthCost.DEPTHS.indexOf(DepthCost.BASE)).networkRatio().median());
    assertTrue(
        costs.stream()
            .allMatch(c -> c.requantizing() > 0 && c.requantizing() < c.timing().phasesTotal()));
  }

  @Test
  void depthModelsAreFiveWays() {
    try (DepthModels models = new DepthModels("tiny", "fp32")) {
      assertEquals(
          List.of("rq-transformer", "ar-resgen-1", "ar-resgen-2", "ar-resgen-4", "ar-resgen-8"),
          models.entries().stream().map(e -> e.task().name()).toList());
      assertEquals(
          List.of(4 * 9, 4 * 2, 4 * 3, 4 * 5, 4 * 9), // L·(1 + D), L·(1 + iterations)
          models.entries().stream().map(e -> e.task().calls()).toList());
      List<Timing> timings = models.run(Timing.Plan.rounds(1, 0.01));
      assertEquals(5, timings.size());
      assertTrue(timings.stream().allMatch(t -> t.wall().median() > 0));
    }
  }

  private static Task task(String preset, String name) {
    return new Bench(BenchPreset.of(preset, "fp32"), "fashion-rvq8")
        .tasks().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
  }

  /** Width 32, 2 layers, expansion 4; 16 positions, depth 4, 32 codes of 8 dimensions. */
  @Test
  void operationsAreCountedByHand() {
    BenchPreset tiny = BenchPreset.of("tiny", "fp32");
    int products = 16 * 2 * 32 * (96 + 32 + 2 * 128); // qkv, out, MLP
    int attention = 2 * (2 * 16 * 16 * 32);
    int before = 16 * 2 * (8 + 4 * 16) * 32; // sums and mask state
    int modulation = 2 * 32 * 128 + 2 * 128 * 256; // one row a sample
    double hidden = 2 * (products + attention) + before + modulation;
    int head = 16 * 2 * 32 * (32 + 8 + 1);

    assertEquals(hidden, task("tiny", "forward-1").flops());
    assertEquals(64 * hidden, task("tiny", "forward-64").flops());
    assertEquals(3 * 16 * (hidden + head), task("tiny", "training-step").flops());
    assertEquals(8.589934592e9 * 2, 2 * task("tiny", "residual-encode").flops());
    // Guidance rises from 0; the first step, without it, reveals nothing and is no call.
    assertEquals(14, task("tiny", "sample-1").calls());
    assertEquals(2 * 14 * hidden, task("tiny", "sample-1").flops());
    BenchPreset each = tiny.sampling(tiny.sampling().minOneReveal(true));
    assertEquals(16, new GeneratorTasks(each).sample(1).calls());
    assertEquals((1 + 2 * 15) * hidden, new GeneratorTasks(each).sample(1).flops());
    // Depth enters through the mask state alone.
    double deeper = new GeneratorTasks(tiny.depth(8)).forward(1, false).flops();
    assertEquals(16 * 2 * (4 * 16) * 32, deeper - hidden);
    double paper = task("paper-rvq16", "forward-1").flops();
    double blocks = 64 * 2.0 * 28 * 12 * 1152 * 1152;
    assertTrue(paper > blocks && paper < 1.25 * blocks, paper + " of " + blocks);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reference", "small", "tiny", "paper-rvq16"})
  void everyPresetHasItsName(String name) {
    assertEquals(name, BenchPreset.of(name, "fp32").name());
    assertTrue(BenchPreset.names().contains(name));
  }

  @Test
  void whatThereIsNotIsRefusedByName() {
    for (Runnable wrong :
        List.<Runnable>of(
            () -> BenchPreset.of("huge", "fp32"), () -> new DepthModels("huge", "fp32"))) {
      String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
      assertTrue(message.contains("huge") && message.contains("paper-rvq16"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> BenchPreset.of("tiny", "fp64"));
    Task none =
        new Bench(BenchPreset.of("tiny", "fp32"), "no-such-tokenizer")
            .tasks().stream()
                .filter(t -> t.name().equals("tokenizer-decode"))
                .findFirst()
                .orElseThrow();
    long before = Managers.count();
    String message = assertThrows(IllegalArgumentException.class, none::open).getMessage();
    assertTrue(message.contains("no-such-tokenizer"), message);
    assertEquals(before, Managers.count(), "what was made ready is closed");
  }

  @Test
  void theProcessorIsNamed(@TempDir Path folder) throws java.io.IOException {
    Path file = folder.resolve("cpuinfo");
    Files.writeString(
        file, "processor\t: 0\ncpu family\t: 25\nmodel\t\t: 17\nmodel name\t: AMD EPYC\n");

    assertEquals("AMD EPYC family 25 model 17", Machine.processor(file));
    assertEquals(System.getProperty("os.arch"), Machine.processor(folder.resolve("none")));
  }
}
