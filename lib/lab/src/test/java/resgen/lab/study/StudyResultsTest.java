package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("experiment", experiment);
    row.put("cell", cell);
    row.put("distance", distance);
    row.put("distance_deviation", 0.25);
    for (String number :
        List.of(
            "class_accuracy",
            "r",
            "precision",
            "recall",
            "network_calls",
            "wall_seconds_per_sample")) {
      row.put(number, 0.5);
    }
    row.put("kernel_mean", null);
    for (String text : List.of("metric", "reference", "extractor", "image", "device", "commit")) {
      row.put(text, "FD-" + text);
    }
    row.put("parameters", 7);
    results.append("toy", row);
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
    assertFalse(found.one("masked", m -> m.steps() == 3).of("kernel_mean").known());
    assertTrue(found.standing().startsWith("toy: 3 of 6 numbers"), found.standing());
    Table table = found.table(Measurement::guided);
    assertEquals(List.of("4.00 ± 1.41", "4.00 ± 0.25"), table.stringColumn("FD-Fashion").asList());
    assertEquals(List.of("2 seeds", "bootstrap"), table.stringColumn("± over").asList());
    assertEquals(List.of("0→1.5", "0→1.5"), table.stringColumn("guidance").asList());
    assertEquals(
        List.of("DISTANCE, τ/H = 0.4375", "DISTANCE, τ/H = 0.4375"),
        table.stringColumn("order").asList());
    assertThrows(IllegalArgumentException.class, () -> found.one("masked", m -> true));
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
