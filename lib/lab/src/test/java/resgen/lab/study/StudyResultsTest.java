package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import tech.tablesaw.api.Table;

class StudyResultsTest {

  @TempDir private Path folder;
  private Study study;
  private Results results;

  @BeforeEach
  void aStudyWithoutRows() {
    study = Toy.study(folder.resolve("experiments"));
    results = new Results(folder.resolve("results"));
  }

  private void measure(Cell cell, double distance) {
    row(cell.experiment().name(), cell.id(), distance);
  }

  private void row(String experiment, String cell, double distance) {
    List<Outcome.Value> values = new ArrayList<>();
    values.add(Outcome.Value.of("distance", distance, 0.25));
    for (String number :
        List.of(
            "class_accuracy",
            "r",
            "precision",
            "recall",
            "network_calls",
            "cpu_seconds_per_sample")) {
      values.add(Outcome.Value.of(number, 0.5, Double.NaN));
    }
    values.add(Outcome.Value.of("wall_seconds_per_sample", distance == 4 ? 0.8 : 0.51, Double.NaN));
    values.add(Outcome.Value.of("my_metric", 7 * distance, Double.NaN));
    Map<String, Object> protocol = new LinkedHashMap<>();
    for (String text : List.of("metric", "reference", "extractor", "image", "device", "commit")) {
      protocol.put(text, "FD-" + text);
    }
    results.add(
        "toy", List.of(new Outcome(experiment, cell, Map.of("parameters", 7), protocol, values)));
  }

  private Cell cell(String title, int steps, long seed) {
    return study.cells().stream()
        .filter(c -> c.experiment().title().equals(title))
        .filter(c -> c.sampling().pace().steps() == steps && c.sampling().seed() == seed)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void withoutAFileEverythingIsMissingAndNothingIsMadeUp() {
    StudyResults found = StudyResults.of(study, results);

    assertEquals(
        "toy: 0 of 6 numbers measured; the rest is missing until: environment/resgen study toy",
        found.standing());
    assertEquals(3, found.missing().rowCount());
    assertEquals(List.of(2, 2, 2), found.missing().intColumn("seeds missing").asList());
    assertEquals(0, found.table(m -> true).rowCount());
    assertEquals("–", found.one("parallel", m -> true).distance().toString());
    Table protocol = found.protocol();
    assertTrue(protocol.stringColumn("here").contains("not yet measured"));
  }

  @Test
  void seedsAreRepetitionsAndASingleOneHasItsBootstrap() {
    measure(cell("masked", 2, 0), 3);
    measure(cell("masked", 2, 1), 5);
    measure(cell("masked", 3, 1), 4);
    row("toy/masked", "0123456789ab", 100); // of settings that the study no longer asks for

    StudyResults found = StudyResults.of(study, results);

    assertEquals(
        new Spread(4, Math.sqrt(2), 2), found.one("masked", m -> m.steps() == 2).distance());
    assertEquals(new Spread(4, 0.25, 1), found.one("masked", m -> m.steps() == 3).distance());
    assertFalse(found.one("masked", m -> m.steps() == 3).of("kernel").known());
    assertTrue(found.standing().startsWith("toy: 3 of 6 numbers"), found.standing());
    Table table = found.table(Measurement::guided);
    assertEquals(List.of("4.00 ± 1.41", "4.00 ± 0.25"), table.stringColumn("FD-metric").asList());
    assertEquals(List.of("2 seeds", "bootstrap"), table.stringColumn("± over").asList());
    assertEquals(28, found.one("masked", m -> m.steps() == 2).mean("my_metric"));
    assertEquals(
        List.of("0.5000", "0.5000 *"), table.stringColumn("processor seconds a sample").asList());
    assertEquals(List.of("0→1.5", "0→1.5"), table.stringColumn("guidance").asList());
    assertEquals(
        List.of("DISTANCE, τ/H = 0.4375", "DISTANCE, τ/H = 0.4375"),
        table.stringColumn("order").asList());
    assertThrows(IllegalArgumentException.class, () -> found.one("masked", m -> true));
  }

  @Test
  void aClaimAboutSeveralTrainingsRestsOnTheirSpread() {
    Path experiments = folder.resolve("experiments");
    Toy.write(
        experiments,
        "again/again",
        """
        {"base": "base", "seeds": [0],
         "variants": {"a": {}, "a-seed1": {"training": {"seed": 1}},
                      "a-seed2": {"training": {"seed": 2}},
                      "b": {"training": {"steps": 5}}}}
        """);
    study = Toy.load(experiments, "again");
    Map<String, Double> measured = Map.of("a", 9.0, "a-seed1", 10.0, "a-seed2", 11.0, "b", 8.0);
    List<Outcome> outcomes = new ArrayList<>();
    for (Cell cell : study.cells()) {
      outcomes.add(
          new Outcome(
              cell.experiment().name(),
              cell.id(),
              Map.of(),
              Map.of(),
              List.of(Outcome.Value.of("distance", measured.get(cell.experiment().title()), 0.1))));
    }
    results.add("again", outcomes);
    StudyResults found = StudyResults.of(study, results);

    assertEquals(new Spread(10, 1, 3), found.trainings("a", m -> true));
    assertEquals(new Spread(10, 1, 3), found.trainings("a-seed2", m -> true));
    assertEquals(new Spread(10, 1, 3), found.distance("a", m -> true));
    Spread single = found.trainings("b", m -> true);
    assertEquals(8, single.mean());
    assertTrue(Double.isNaN(single.deviation()), "what another training would change is unknown");
    assertEquals(new Spread(8, 0.1, 1), found.distance("b", m -> true));
    // of single trainings it would hold; of several it is undecided, whichever way it is asked
    assertEquals(
        Verdict.HOLDS,
        Verdict.lower(found.one("b", m -> true).distance(), found.one("a", m -> true).distance()));
    Spread a = found.distance("a", m -> true);
    assertEquals(Verdict.UNDECIDED, Verdict.lower(found.distance("b", m -> true), a));
    assertEquals(Verdict.UNDECIDED, Verdict.lower(single, a));
  }

  @Test
  void theProjectsStudiesAreReadFromTheirFiles() {
    for (String name : List.of("table1", "head", "pareto", "sampling")) {
      StudyResults found = StudyResults.load(name);
      int ways = found.all().size();
      assertEquals(ways, found.known(m -> true).size(), found.standing());
      assertEquals(0, found.missing().rowCount(), name);
      Table table = found.table(m -> true);
      assertEquals(ways, table.rowCount());
      assertTrue(table.columnNames().contains("FD-Fashion"), table.columnNames().toString());
      for (Measurement m : found.all()) {
        for (String metric :
            List.of("r", "class_accuracy", "network_calls", "flops_per_sample", "shuffled")) {
          assertTrue(m.of(metric).known(), m.title() + " " + metric);
        }
      }
    }
    Table models = Results.ofProject().table(StudyRunner.MODELS);
    Experiment anchored =
        Study.load("head").experiments().stream()
            .filter(e -> e.title().equals("anchored"))
            .findFirst()
            .orElseThrow();
    Table own = models.where(models.stringColumn("model_hash").isEqualTo(anchored.modelId()));
    assertEquals(1, own.rowCount());
    for (String number : List.of("validation", "training_seconds", "context_gain")) {
      assertTrue(own.numberColumn(number).getDouble(0) != 0, number);
    }
  }

  @Test
  void theRankingIsNotJudgedInTwoWays() {
    StudyResults ranking = StudyResults.load("ranking");
    Spread resgen = ranking.distance("resgen-d8", m -> true);
    Spread direct = ranking.distance("direct-d8", m -> true);

    assertEquals(3, resgen.repetitions());
    assertEquals(ranking.trainings("resgen-d8-seed1", m -> true), resgen);
    assertEquals(
        Verdict.lower(
            ranking.trainings("resgen-d8", m -> true), ranking.trainings("direct-d8", m -> true)),
        Verdict.lower(resgen, direct));
    assertEquals(1, ranking.trainings("resgen-d16", m -> true).repetitions());
    Table protocol = ranking.protocol();
    String tokenizers =
        protocol
            .stringColumn("here")
            .get(protocol.stringColumn("what").asList().indexOf("tokenizers"));
    for (String each :
        List.of(
            "depth 8, fashion-rvq8, 3,000 steps",
            "depth 4, trained for it, 3,000 steps",
            "depth 16, trained for it, 3,000 steps")) {
      assertTrue(tokenizers.contains(each), tokenizers);
    }
  }

  @Test
  void everyMetricIsDefinedInWords() {
    Table definitions = StudyResults.of(study, results).definitions();
    List<String> names = definitions.stringColumn("metric").asList();
    assertTrue(names.containsAll(List.of("distance", "r", "class_accuracy")), names.toString());
    String r = definitions.stringColumn("what it is").get(names.indexOf("r"));
    assertTrue(r.contains("reconstructions") && r.contains("shuffled"), r);
  }

  @Test
  void aModelDominatesWithALowerDistanceAtNoHigherCost() {
    List<Cell> cells = List.of(cell("masked", 2, 0), cell("masked", 3, 0), cell("parallel", 3, 0));
    measure(cells.get(0), 5);
    measure(cells.get(1), 3);
    StudyResults before = StudyResults.of(study, results);
    measure(cells.get(2), 4);
    StudyResults after = StudyResults.of(study, results);

    assertEquals("not yet measured", dominance(before, "masked", "parallel"));
    assertEquals("holds", dominance(after, "masked", "parallel"));
    assertEquals("does not hold", dominance(after, "parallel", "masked"));
    Claims unknown =
        new Claims()
            .dominates("at what cost?", after.of("masked"), after.of("parallel"), m -> Double.NaN);
    assertEquals("not yet measured", unknown.table().getString(0, "verdict"));
  }

  private static String dominance(StudyResults found, String these, String others) {
    return new Claims()
        .dominates("best", found.of(these), found.of(others), Measurement::steps)
        .table()
        .getString(0, "verdict");
  }

  @Test
  void theProtocolStandsBesideThePapers() {
    measure(cell("parallel", 3, 0), 3);
    Table protocol = StudyResults.of(study, results).protocol();

    int metric = protocol.stringColumn("what").asList().indexOf("metric");
    assertEquals("FD-metric", protocol.stringColumn("here").get(metric));
    assertEquals("FID", protocol.stringColumn("the paper").get(metric));
    int tokenizers = protocol.stringColumn("what").asList().indexOf("tokenizers");
    assertEquals("depth 4, trained for it, 5 steps", protocol.stringColumn("here").get(tokenizers));
    int seeds = protocol.stringColumn("what").asList().indexOf("sampling seeds");
    assertEquals("[0, 1]", protocol.stringColumn("here").get(seeds));
  }

  @Test
  void aPublishedNumberIsFoundByItsRow() {
    Table table = PaperTable.of("table1_ar_resgen");

    assertEquals(
        5.30, PaperTable.number(table, "fid_cfg", "model", "AR-ResGen", "depth_iterations", 4));
    assertThrows(
        IllegalArgumentException.class,
        () -> PaperTable.number(table, "fid_cfg", "model", "AR-ResGen"));
    assertThrows(IllegalArgumentException.class, () -> PaperTable.of("table99"));
  }
}
