package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tech.tablesaw.api.Table;

class ReportTest {

  @TempDir private Path folder;

  private static Report report(
      Comparison comparison, Optional<Report.Relative> relative, boolean interrupted, String kid) {
    return new Report(
        "a <small> model",
        comparison,
        relative,
        new Report.Cost(2, 1, 28),
        new Report.Progress(1000, 5000, interrupted),
        new Report.Names("FD-Fashion", kid),
        new Protocol(
            "FD-Fashion",
            1000,
            new Protocol.Reference("fashion-mnist/train", 60_000),
            new Protocol.Network("fashion-classifier", "0123456789ab"),
            "28×28",
            "28 steps",
            List.of(1L),
            new Protocol.Run("abcdef12", 3, "cpu, 1 threads")));
  }

  private static Report full() {
    Comparison comparison =
        new Comparison(
            Optional.of(12.25),
            Optional.of(0.375),
            Optional.of(new KernelDistance(0.5, 0.01, 50, 1000)),
            Optional.of(new PrecisionRecall(0.75, 0.5, 3)),
            Optional.empty());
    Floors floors = new Floors(new Floors.Key("t", "r", "h", "e", 1000, 0), 0.8, 2.25, 42.25);
    return report(comparison, Optional.of(new Report.Relative(12.25, floors)), false, "KD-Fashion");
  }

  private static double value(Table table, String metric) {
    int row = table.stringColumn("metric").asList().indexOf(metric);
    return table.doubleColumn("value").getDouble(row);
  }

  @Test
  void theTableHasANumberARowAndTheProtocolLast() {
    Table table = full().toTable();
    assertEquals(12.25, value(table, "FD-Fashion"));
    assertEquals(
        "± 0.38 over resampled images; 0 is best; 1,000 samples, too few to compare with other"
            + " counts",
        table.stringColumn("note").get(0));
    assertEquals(0.5, value(table, "KD-Fashion"));
    assertEquals(0.75, value(table, "precision"));
    assertEquals(0.25, value(table, "R"));
    assertEquals(2.25, value(table, "floor: reconstruction"));
    assertEquals(28, value(table, "network calls"));
    List<String> names = table.stringColumn("metric").asList();
    assertFalse(names.contains("class accuracy"));
    assertFalse(names.contains("INTERRUPTED"));
    assertEquals("protocol", names.get(names.size() - 1));
    assertEquals(full().protocol().oneLine(), table.stringColumn("note").get(names.size() - 1));
  }

  @Test
  void anInterruptedReportSaysSoFirst() {
    Report report = report(Comparison.none(), Optional.empty(), true, "KD-Fashion");
    Table table = report.toTable();
    assertEquals("INTERRUPTED", table.stringColumn("metric").get(0));
    assertEquals(
        "a partial result: 1,000 of 5,000 samples; what takes long is left out",
        table.stringColumn("note").get(0));
    assertTrue(report.toHtml().contains("INTERRUPTED"));
  }

  @Test
  void htmlHoldsTheProtocolAndIsEscaped() {
    String html = full().toHtml();
    assertTrue(html.contains("a &lt;small&gt; model"), html);
    assertTrue(html.contains("fashion-classifier #0123456789ab"), html);
    assertTrue(html.contains(">12.25<"), html);
  }

  @Test
  void onlyInceptionHasFidAndKid() {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> report(Comparison.none(), Optional.empty(), false, "KID"));
    assertTrue(e.getMessage().contains("only Inception's"), e.getMessage());
  }

  @Test
  void rowsHaveTheSameColumnsWhateverWasMeasured() {
    Results results = new Results(folder);
    full().appendTo(results);
    report(Comparison.none(), Optional.empty(), true, "KD-Fashion").appendTo(results);
    Table table = results.table(Report.RESULTS);
    assertEquals(2, table.rowCount());
    assertEquals(12.25, table.numberColumn("distance").getDouble(0));
    assertEquals(0.375, table.numberColumn("distance_deviation").getDouble(0));
    assertEquals(0.25, table.numberColumn("r").getDouble(0));
    assertTrue(table.column("r").isMissing(1));
    assertEquals("0123456789ab", table.stringColumn("extractor_hash").get(0));
  }
}
