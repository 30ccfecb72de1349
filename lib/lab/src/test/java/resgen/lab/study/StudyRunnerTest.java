package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.DataSet;
import resgen.lab.Benchmark;
import resgen.lab.Patterns;
import resgen.lab.metric.Metric;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.PixelMeans;
import resgen.lab.metric.Results;
import resgen.settings.DataHome;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

class StudyRunnerTest {

  private static final Images IMAGES = Patterns.of(120, 28, 1);

  @TempDir private Path home;
  private final Map<String, String> before = new TreeMap<>();
  private Study study;

  @BeforeEach
  void aHomeOfItsOwn() throws Exception {
    Torch.threads(1);
    Files.createDirectories(home.resolve("data").resolve("checkpoints"));
    set(DataHome.PROPERTY, home.toString());
    set(TokenCache.PROPERTY, home.resolve("cache").toString());
    study = Toy.study(home.resolve("data").resolve("experiments"));
  }

  private void set(String property, String value) {
    String old = System.setProperty(property, value);
    before.put(property, old == null ? "" : old);
  }

  @AfterEach
  void restore() {
    before.forEach(
        (property, value) -> {
          if (value.isEmpty()) {
            System.clearProperty(property);
          } else {
            System.setProperty(property, value);
          }
        });
  }

  private static StudyRunner<Images> runner(Results results) {
    Benchmark<Images> benchmark =
        new Benchmark<>(
            "patterns",
            DataSet.of("patterns", () -> IMAGES, () -> Patterns.of(20, 28, 2)),
            () -> new PixelMeans("pixels"),
            Metric.standard());
    return new StudyRunner<>(benchmark, results);
  }

  private Results results(String name) {
    return new Results(home.resolve(name));
  }

  /** Follows a study; after so many rows it interrupts. */
  private static class Follower implements StudyWatcher {
    final List<String> begun = new ArrayList<>();
    final List<Double> secondsLeft = new ArrayList<>();
    final int rowsToInterrupt;
    int rows;
    int trainingRows;

    Follower(int rowsToInterrupt) {
      this.rowsToInterrupt = rowsToInterrupt;
    }

    @Override
    public void begins(String what, int number, int of, double secondsLeft) {
      begun.add(what);
      this.secondsLeft.add(secondsLeft);
    }

    @Override
    public Listener training() {
      return (step, of, pace, row) -> trainingRows++;
    }

    @Override
    public void sampled(int done, int of) {}

    @Override
    public void measured(Outcome outcome) {
      if (++rows == rowsToInterrupt) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Distances by cell. */
  private static Map<String, Double> distances(Table table) {
    Map<String, Double> found = new TreeMap<>();
    for (Row row : table) {
      found.put(row.getString("cell"), row.getNumber("distance"));
    }
    return found;
  }

  @Test
  void whatIsMissingIsDoneOnceAndTheCheapestFirst() {
    Results results = results("whole");
    Follower follower = new Follower(-1);
    try (StudyRunner<Images> runner = runner(results)) {
      assertEquals(7, runner.standing(study, cell -> true).missing().size());
      runner.run(study, cell -> true, follower);
      assertEquals(0, runner.standing(study, cell -> true).missing().size());
    }

    Table table = results.table("toy");
    assertEquals(6, table.rowCount());
    assertEquals(6, distances(table).size());
    assertEquals(2, follower.begun.stream().filter(w -> w.contains("masked, 2 steps")).count());
    int two = follower.begun.indexOf("toy/masked, 2 steps, guidance to 1.5, seed 1");
    int three = follower.begun.indexOf("toy/masked, 3 steps, guidance to 1.5, seed 0");
    assertTrue(two >= 0 && two < three, follower.begun.toString());
    assertEquals(3, results.table(StudyRunner.MODELS).rowCount());
    assertTrue(follower.trainingRows > 0);

    Follower again = new Follower(-1);
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(study, cell -> true, again);
    }
    assertEquals(List.of(), again.begun);
    assertEquals(6, results.table("toy").rowCount());
  }

  @Test
  void anInterruptedStudyGoesOnToTheSameNumbers() {
    Results whole = results("whole");
    try (StudyRunner<Images> runner = runner(whole)) {
      runner.run(study, cell -> true, new Follower(-1));
    }
    Results parts = results("parts");
    try (StudyRunner<Images> runner = runner(parts)) {
      Follower stopped = new Follower(2);
      assertThrows(CancellationException.class, () -> runner.run(study, cell -> true, stopped));
    }
    assertFalse(Thread.currentThread().isInterrupted());
    assertEquals(2, parts.table("toy").rowCount());
    try (StudyRunner<Images> runner = runner(parts)) {
      runner.run(study, cell -> true, new Follower(-1));
    }

    assertEquals(distances(whole.table("toy")), distances(parts.table("toy")));
  }

  @Test
  void whatAnotherStudyHasMeasuredIsCopied() {
    Results results = results("shared");
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(study.only("parallel"), cell -> true, new Follower(-1));
    }
    Path folder = home.resolve("data").resolve("experiments");
    Toy.write(folder, "second/same", "{\"base\": \"toy/parallel\"}");
    Study second = Toy.load(folder, "second");
    Follower follower = new Follower(-1);
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(second, cell -> true, follower);
    }

    assertEquals(2, follower.rows);
    assertEquals(List.of(Double.NaN, Double.NaN), follower.secondsLeft, "copying is no pace");
    assertEquals(distances(results.table("toy")), distances(results.table("second")));
    Table table = results.table("second");
    assertEquals(List.of("second/same"), table.stringColumn("experiment").unique().asList());
    assertEquals(results.table("toy").column("seconds").asList(), table.column("seconds").asList());
  }

  @Test
  void whatAnotherProcessAddsMeanwhileIsNotDoneAgain() {
    Results results = results("two");
    Follower first =
        new Follower(-1) {
          @Override
          public void measured(Outcome outcome) {
            super.measured(outcome);
            try (StudyRunner<Images> other = runner(results)) {
              other.run(study, cell -> true, new Follower(-1));
            }
          }
        };
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(study, cell -> true, first);
    }

    assertEquals(1, first.rows);
    assertEquals(6, results.table("toy").rowCount());
    assertEquals(3, results.table(StudyRunner.MODELS).rowCount());
  }

  @Test
  void aWholeNameComesBeforeAPartOfIt() {
    Path folder = home.resolve("data").resolve("experiments");
    Toy.write(folder, "names/resgen", "{\"base\": \"base\"}");
    Toy.write(folder, "names/ar-resgen", "{\"base\": \"base\"}");
    Study names = Toy.load(folder, "names");
    assertEquals(
        List.of("names/resgen"),
        names.only("resgen").experiments().stream().map(Experiment::name).toList());
    assertEquals(2, names.only("gen").experiments().size());
    assertEquals(2, names.only("").experiments().size());
  }

  @Test
  void onlyWhatIsWantedIsDone() {
    Results results = results("some");
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(study.only("parallel"), cell -> cell.sampling().seed() == 0, new Follower(-1));
    }

    Table table = results.table("toy");
    assertEquals(1, table.rowCount());
    assertEquals("direct-tokens", table.stringColumn("kind").get(0));
    assertTrue(table.numberColumn("cpu_seconds_per_sample").getDouble(0) > 0);
    assertEquals(12, table.intColumn("samples").get(0));
  }

  @Test
  void anInterruptedTrainingIsKeptAndGoesOn() {
    Results results = results("training");
    StudyWatcher interrupting =
        new StudyWatcher() {
          @Override
          public void begins(String what, int number, int of, double secondsLeft) {}

          @Override
          public Listener training() {
            return (step, of, pace, row) -> Thread.currentThread().interrupt();
          }

          @Override
          public void sampled(int done, int of) {}

          @Override
          public void measured(Outcome outcome) {}
        };
    Study frequent = frequentlyLogged();
    List<String> said = new ArrayList<>();
    for (int time = 0; time < 2; time++) {
      try (StudyRunner<Images> runner = runner(results)) {
        said.add(
            assertThrows(
                    CancellationException.class,
                    () -> runner.run(frequent, cell -> true, interrupting))
                .getMessage());
      }
      Thread.interrupted(); // the last row interrupted once more
    }
    assertTrue(said.get(0).contains("tokenizer"), said.get(0));
    assertTrue(said.get(1).contains("of 4 steps of often/one, which are kept in"), said.get(1));
    Follower after = new Follower(-1);
    try (StudyRunner<Images> runner = runner(results)) {
      runner.run(frequent, cell -> true, after);
    }
    assertEquals(1, results.table(StudyRunner.MODELS).rowCount());
  }

  private Study frequentlyLogged() {
    Path folder = home.resolve("data").resolve("experiments");
    Toy.write(
        folder,
        "often/one",
        "{\"base\": \"base\", \"training\": {\"every.log\": 1}, \"samples\": 0}");
    return Toy.load(folder, "often");
  }

  @Test
  void shardsMakeTheSameFilesAsOneRunAndDivideNoTraining() throws Exception {
    Results whole = results("whole");
    try (StudyRunner<Images> runner = runner(whole)) {
      runner.run(study, cell -> true, new Follower(-1));
    }
    Results parts = results("parts");
    List<Work> all = new ArrayList<>();
    for (int i = 2; i >= 1; i--) {
      try (StudyRunner<Images> runner = runner(parts)) {
        List<Work> work = runner.work(study, cell -> true, new Shard(i, 2));
        work.forEach(one -> assertEquals(one, Work.parse(one.line())));
        runner.perform(study, work, new Follower(-1));
        runner.perform(study, work, new Follower(-1)); // once more changes nothing
        all.addAll(work);
      }
    }
    // all use one tokenizer that has to be trained, so that they are in one share
    assertEquals(7, all.size());
    assertEquals(7, all.stream().distinct().count());
    assertFalse(Files.exists(parts.file("toy")), "nothing is gathered");
    assertEquals(6, parts.cells("toy").size());
    assertEquals(9, parts.gather(), "six numbers and three trainings");
    assertEquals(distances(whole.table("toy")), distances(parts.table("toy")));
    assertEquals(
        whole.table("toy").column("sampling").asList(),
        parts.table("toy").column("sampling").asList());
    try (StudyRunner<Images> runner = runner(parts)) {
      assertEquals(0, runner.standing(study, cell -> true).missing().size());
      Work other = new Work(Work.Kind.MEASURE, "toy", "toy/masked", "0123456789ab");
      assertThrows(
          IllegalArgumentException.class,
          () -> runner.perform(study, List.of(other), new Follower(-1)));
    }
  }

  @Test
  void waysOfSamplingAreTimedByTurnsAndTheNewestTimeCounts() {
    Results results = results("timed");
    try (StudyRunner<Images> runner = runner(results)) {
      IllegalStateException early =
          assertThrows(
              IllegalStateException.class, () -> SampleTimes.measure(study, runner, 1, said -> {}));
      assertTrue(early.getMessage().contains("toy/masked is not trained yet"), early.getMessage());
      runner.run(study, cell -> cell.sampling().seed() == 0, new Follower(-1));
      assertThrows(
          IllegalArgumentException.class, () -> SampleTimes.measure(study, runner, 0, said -> {}));
      List<String> said = new ArrayList<>();
      List<Map<String, Object>> rows = SampleTimes.measure(study, runner, 2, said::add);
      assertEquals(List.of("warming up", "round 1 of 2", "round 2 of 2"), said);
      assertEquals(6, rows.size()); // three ways, two sizes of batch
      Path folder = home.resolve("more");
      Toy.study(folder);
      Toy.write(folder, "toy/later", "{\"base\": \"base\", \"training\": {\"steps\": 77}}");
      Study more = Toy.load(folder, "toy");
      said.clear();
      assertEquals(6, SampleTimes.measure(more, runner, 1, said::add).size());
      assertEquals("toy/later is not trained yet and not timed", said.get(0));
      results.append(SampleTimes.file("toy"), rows);
      rows.forEach(row -> row.replace("wall_ms", "7.25"));
      results.append(SampleTimes.file("toy"), rows);
    }

    SampleTimes times = SampleTimes.of("toy", results);
    StudyResults found = StudyResults.of(study, results);
    Measurement masked = found.one("masked", m -> m.steps() == 3);
    for (int batch : SampleTimes.BATCHES) {
      assertEquals(7.25, times.wall(masked, batch));
      assertTrue(times.cpu(masked, batch) > 0);
    }
    assertTrue(Double.isNaN(times.wall(masked, 2)));
    assertTrue(Double.isNaN(SampleTimes.of("none", results).cpu(masked, 1)));
    // rows of times are not taken for numbers of another study
    assertEquals(3, found.known(m -> true).size());
    try (StudyRunner<Images> runner = runner(results)) {
      assertEquals(3, runner.standing(study, cell -> true).missing().size());
    }
  }
}
