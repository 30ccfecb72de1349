package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.settings.DataHome;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;

class ResultsTest {
  @TempDir Path temp;

  private static Map<String, Object> row(Object... pairs) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      row.put((String) pairs[i], pairs[i + 1]);
    }
    return row;
  }

  @Test
  void rowsAreAddedUnderOneHeaderAndReadBack() throws IOException {
    Results results = new Results(temp.resolve("new"));
    results.append("fd", row("model", "a, \"b\"", "fd", 1.5, "commit", "12e45678", "note", null));
    results.append("fd", row("model", "c", "fd", 2, "commit", "00000001", "note", ""));
    assertEquals(
        "model,fd,commit,note\n\"a, \"\"b\"\"\",1.5,12e45678,\nc,2,00000001,\n",
        Files.readString(results.file("fd")));
    Table table = results.table("fd");
    assertEquals(List.of("a, \"b\"", "c"), table.stringColumn("model").asList());
    assertEquals(List.of(1.5, 2.0), table.doubleColumn("fd").asList());
    assertEquals(List.of("12e45678", "00000001"), table.stringColumn("commit").asList());
    assertEquals("fd", table.name());
  }

  @Test
  void aRowIsFoundInAnyFileAsItIsWritten() {
    Results results = new Results(temp.resolve("found"));
    assertEquals(Optional.empty(), results.find("cell", "b"));
    results.append("plain", row("name", "b"));
    results.append("studies", row("cell", "a", "fd", "1.50"));
    results.append("studies", row("cell", "b", "fd", null));
    assertEquals(Optional.of(row("cell", "a", "fd", "1.50")), results.find("cell", "a"));
    assertEquals(Optional.of(row("cell", "b", "fd", "")), results.find("cell", "b"));
    assertEquals(Optional.empty(), results.find("cell", "c"));
  }

  @Test
  void anotherHeaderIsAnErrorNamingBothAndChangesNothing() throws IOException {
    Results results = new Results(temp);
    results.append("fd", row("model", "a", "fd", 1));
    String before = Files.readString(results.file("fd"));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> results.append("fd", row("fd", 1, "model", "a")))
            .getMessage();
    assertTrue(message.contains("model,fd") && message.contains("fd,model"), message);
    assertThrows(
        IllegalArgumentException.class,
        () -> results.append("fd", List.of(row("model", "b", "fd", 2), row("model", "b"))));
    assertThrows(
        IllegalArgumentException.class,
        () -> results.append("fd", row("model", "two\nlines", "fd", 2)));
    assertEquals(before, Files.readString(results.file("fd")));
  }

  @Test
  void aMissingLastNewlineIsMended() throws IOException {
    Results results = new Results(temp);
    Files.writeString(results.file("fd"), "n\n1");
    results.append("fd", row("n", 2));
    assertEquals("n\n1\n2\n", Files.readString(results.file("fd")));
  }

  @Test
  void manyWritersLoseNothing() throws IOException {
    IntStream.range(0, 60).parallel().forEach(i -> new Results(temp).append("n", row("n", i)));
    List<Integer> found = new ArrayList<>(new Results(temp).table("n").intColumn(0).asList());
    Collections.sort(found);
    assertEquals(IntStream.range(0, 60).boxed().toList(), found);
    try (var files = Files.list(temp)) {
      assertEquals(
          List.of(".lock", "n.csv"), files.map(f -> f.getFileName().toString()).sorted().toList());
    }
  }

  @Test
  void namesStayInTheDirectory() {
    Results results = new Results(temp);
    for (String name : new String[] {"../x", "", "a/b", ".hidden", "a b"}) {
      assertThrows(IllegalArgumentException.class, () -> results.file(name));
    }
    assertThrows(UncheckedIOException.class, () -> results.table("none"));
  }

  @Test
  void everyPublishedTableParses() throws IOException {
    List<Path> files;
    try (var found = Files.list(DataHome.path("paper"))) {
      files = found.filter(f -> f.toString().endsWith(".csv")).sorted().toList();
    }
    assertEquals(13, files.size());
    for (Path file : files) {
      Table table = Results.read(file);
      assertTrue(table.rowCount() > 0, file.toString());
      long lines = Files.readAllLines(file).stream().filter(l -> !l.isBlank()).count();
      assertEquals(lines - 1, table.rowCount(), file.toString());
      for (String number : List.of("fid", "fid_cfg", "fid_no_cfg", "seconds", "wer", "rfid")) {
        if (table.containsColumn(number)) {
          assertEquals(ColumnType.DOUBLE, table.column(number).type(), file + " " + number);
        }
      }
    }
    Table ablation = Results.read(DataHome.path("paper", "table1_ablation.csv"));
    assertEquals(
        2.43,
        ablation
            .where(ablation.stringColumn("model").isEqualTo("ResGen"))
            .doubleColumn("fid_cfg")
            .get(0));
  }
}
