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

  private static Report report(List<Measured> values, boolean interrupted) {
    return new Report(
        "a <small> model",
        values,
        new Report.Cost(2, 1, 28),
        new Report.Progress(1000, 5000, interrupted),
        new Protocol(
            "FD-Fashion",
            1000,
            new Protocol.Reference("fashion-mnist/train", 60_000),
            new Protocol.Network("fashion-classifier", "0123456789ab"),
            "28×28",
            "{\"pace\":{\"steps\":16,\"schedule\":\"circle\",\"skipEmpty\":true},\"seed\":1}",
            List.of(1L),
            new Protocol.Run("abcdef12", 3, "cpu, 1 threads")));
  }

  private static Report full() {
    Floors floors = new Floors(new Floors.Key("t", "r", "h", "e", 1000, 0), 0.8, 2.25, 42.25);
    RelativeMetric.Relative relative = new RelativeMetric.Relative(12.25, floors);
    return report(
        List.of(
            new Measured(
                "distance", "FD-Fashion", 12.25, 0.375, "± 0.38 over samples", Optional.empty()),
            Measured.of("precision", "precision", 0.7512345, "of 1,000 samples, k = 3"),
            Measured.of("r", "R", relative.r(), "1,000 samples each").with(relative),
            Measured.of("network_calls", "network calls", 28, "")),
        false);
  }

  private static double value(Table table, String metric) {
    int row = table.stringColumn("metric").asList().indexOf(metric);
    return table.doubleColumn("value").getDouble(row);
  }

  @Test
  void theTableHasANumberARowAndTheProtocolLast() {
    Table table = full().toTable();
    assertEquals(12.25, value(table, "FD-Fashion"));
    assertEquals("± 0.38 over samples", table.stringColumn("note").get(0));
    assertEquals(0.25, value(table, "R"));
    assertEquals(28, value(table, "network calls"));
    List<String> names = table.stringColumn("metric").asList();
    assertFalse(names.contains("class accuracy"));
    assertFalse(names.contains("INTERRUPTED"));
    assertEquals("protocol", names.get(names.size() - 1));
    assertEquals(full().protocol().oneLine(), table.stringColumn("note").get(names.size() - 1));
  }

  @Test
  void textFitsATerminalWithFourDigitsAndTheProtocolOnceBelow() {
    for (int width : new int[] {50, 60, 80, 120}) {
      List<String> lines = full().toText(width).lines().toList();
      int most = lines.stream().mapToInt(String::length).max().orElseThrow();
      assertTrue(most <= width, width + ": " + lines);
      assertEquals(1, full().toText(width).split("fashion-classifier", -1).length - 1);
      assertTrue(lines.stream().anyMatch(line -> line.matches("precision +0.7512 .*")), width + "");
      assertTrue(lines.stream().anyMatch(line -> line.matches("network calls +28")), width + "");
      String last = String.join(" ", lines.subList(lines.indexOf(""), lines.size()));
      assertTrue(last.contains("commit abcdef12"), last);
      String words = full().toText(width).replaceAll("\\s+", "");
      assertTrue(words.contains("pace:{steps:16,schedule:circle,skipEmpty:true},seed:1"), words);
    }
    assertThrows(IllegalArgumentException.class, () -> full().toText(49));
    assertEquals(full().toText(80), full().toString());
  }

  @Test
  void anInterruptedReportSaysSoFirst() {
    Report report = report(List.of(), true);
    Table table = report.toTable();
    assertEquals("INTERRUPTED", table.stringColumn("metric").get(0));
    assertEquals(
        "a partial result: 1,000 of 5,000 samples; what takes long is left out",
        table.stringColumn("note").get(0));
    assertEquals("not measured", table.stringColumn("note").get(1));
    assertTrue(report.toHtml().contains("INTERRUPTED"));
    assertTrue(report.toText(80).contains("not measured"));
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
            () -> report(List.of(Measured.of("kernel", "KID", 1, "")), false));
    assertTrue(e.getMessage().contains("only Inception's"), e.getMessage());
  }

  @Test
  void reportsAreKeptWhateverWasMeasured() {
    Results results = new Results(folder);
    assertTrue(full().appendTo(results));
    assertFalse(full().appendTo(results), "the same evaluation stays as it is");
    report(List.of(), true).appendTo(results);
    Table table = results.table(Report.RESULTS);
    assertEquals(2, table.rowCount());
    int whole = table.column("r").isMissing(0) ? 1 : 0;
    assertEquals(12.25, table.numberColumn("distance").getDouble(whole));
    assertEquals(0.375, table.numberColumn("distance_deviation").getDouble(whole));
    assertEquals(0.25, table.numberColumn("r").getDouble(whole));
    assertTrue(table.column("r").isMissing(1 - whole));
    assertEquals("0123456789ab", table.stringColumn("extractor_hash").get(0));
    assertEquals("a <small> model", table.stringColumn("experiment").get(0));
    assertTrue(table.stringColumn("sampling").get(0).contains("\"steps\":16"));
  }
}
