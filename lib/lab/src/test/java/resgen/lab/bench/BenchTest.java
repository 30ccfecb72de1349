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
    return new Bench(BenchPreset.of("tiny", "fp32"))
        .tasks().stream().map(Task::name).filter(name -> !name.startsWith("matrix"));
  }

  @ParameterizedTest
  @MethodSource("taskNames")
  void everyTaskRunsAndLeavesNothingBehind(String name) {
    Task task =
        new Bench(BenchPreset.of("tiny", "fp32"))
            .tasks().stream().filter(t -> t.name().equals(name)).findFirst().orElseThrow();
    try (Task.Work work = task.opener().get()) {
      work.run(); // compiles kernels
    }
    long before = Managers.count();
    try (Task.Work work = task.opener().get()) {
      work.run();
      long open = Managers.count();
      work.run();
      assertEquals(open, Managers.count(), "after one more run");
    }
    assertEquals(before, Managers.count(), "after it is closed");
  }

  @Test
  void aRowTellsWhatWhereAndHowFast() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"));
    Task task = new Task("half", "things", 4, 3, 1e6, () -> () -> {});
    Timing timing = new Timing(task, Summary.of(0.004, 0.002, 0.003), Summary.of(0.001));

    Map<String, Object> row = bench.row(timing, 2.0);

    assertEquals("tiny", row.get("preset"));
    assertEquals(3, row.get("runs"));
    assertEquals("3.0", row.get("wall_ms"));
    assertEquals("1.0", row.get("wall_mad_ms"));
    assertEquals("0.75", row.get("wall_ms_per_unit"));
    assertEquals(3, row.get("network_calls"));
    assertEquals("0.33333334", row.get("gflops"));
    assertEquals("1.0", row.get("gflops_of_core"));
    assertEquals("0.5", row.get("share_of_product"));
    assertEquals("fp32", row.get("precision"));
    assertEquals(1, row.get("threads"));
    assertTrue(row.containsKey("commit") && row.containsKey("processor"), row.toString());
  }

  @Test
  void runsEndAfterTheSecondsOnceThereAreThree() {
    Task task = new Task("sleep", "naps", 1, 0, () -> () -> pause(40));

    assertEquals(3, Timing.of(task, new Timing.Effort(50, 1e-3)).wall().count());
    assertEquals(5, Timing.of(task, new Timing.Effort(5, 60)).wall().count());
  }

  private static void pause(int milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aTrainingStepHasItsPhases() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"));
    List<Task> phased = bench.phased(bench.tasks());

    Shares step = Shares.of(phased.get(0), new Timing.Effort(3, 1));

    assertEquals(
        List.of("masks", "embedding", "backbone", "head", "backward", "optimizer", "ema", "other"),
        List.copyOf(step.seconds().keySet()));
    assertEquals(1.0, step.share(step.seconds().keySet().toArray(String[]::new)), 1e-9);
    assertTrue(step.share("other") < 0.5, step.toString());
  }

  @Test
  void samplingHasItsPhases() {
    Bench bench = new Bench(BenchPreset.of("tiny", "fp32"));
    Task one =
        bench.phased(bench.tasks()).stream()
            .filter(t -> t.name().equals("sample-1"))
            .findFirst()
            .orElseThrow();

    Shares shares = Shares.of(one, new Timing.Effort(3, 1));

    assertEquals(
        List.of("embedding", "backbone", "noise", "draw", "requantize", "reveal", "other"),
        List.copyOf(shares.seconds().keySet()));
  }

  @Test
  void whatTakesHoursHasToBeAskedFor() {
    Bench tiny = new Bench(BenchPreset.of("tiny", "fp32"));
    Bench paper = new Bench(BenchPreset.of("paper-rvq16", "fp32"));

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
    List<DepthCost.Cost> costs = DepthCost.of(BenchPreset.of("tiny", "fp32"), 1);

    assertEquals(DepthCost.DEPTHS, costs.stream().map(DepthCost.Cost::depth).toList());
    assertEquals(1, costs.stream().map(DepthCost.Cost::calls).distinct().count());
    assertEquals(1.0, costs.get(DepthCost.DEPTHS.indexOf(DepthCost.BASE)).networkRatio().median());
    assertTrue(costs.stream().allMatch(c -> c.requantizing() > 0 && c.requantizing() < 1));
  }

  @Test
  void depthModellingComparesFiveWays() {
    try (DepthModelling models = new DepthModelling("tiny", "fp32")) {
      assertEquals(
          List.of("rq-transformer", "ar-resgen-1", "ar-resgen-2", "ar-resgen-4", "ar-resgen-8"),
          models.entries().stream().map(DepthModelling.Entry::name).toList());
      assertEquals(
          List.of(4 * 9, 4 * 2, 4 * 3, 4 * 5, 4 * 9), // L·(1 + D), L·(1 + iterations)
          models.entries().stream().map(DepthModelling.Entry::calls).toList());
      List<Contest.Standing> standings = models.run(1, 0.01);
      assertEquals(5, standings.size());
      assertTrue(standings.stream().allMatch(s -> s.wall().median() > 0));
    }
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
            () -> BenchPreset.of("huge", "fp32"), () -> new DepthModelling("huge", "fp32"))) {
      String message = assertThrows(IllegalArgumentException.class, wrong::run).getMessage();
      assertTrue(message.contains("huge") && message.contains("paper-rvq16"), message);
    }
    assertThrows(IllegalArgumentException.class, () -> BenchPreset.of("tiny", "fp64"));
    assertThrows(IllegalArgumentException.class, () -> new Timing.Effort(0, 1));
    assertThrows(IllegalArgumentException.class, () -> new Timing.Effort(1, 0));
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
