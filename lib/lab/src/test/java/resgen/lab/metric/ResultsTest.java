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

  private static Outcome outcome(String experiment, String cell, double distance) {
    return new Outcome(
        experiment,
        cell,
        row("kind", "resgen", "sampling", row("steps", 3)),
        row("metric", "FD", "commit", "00000001"),
        List.of(
            Outcome.Value.of("distance", distance, 0.25),
            Outcome.Value.of("r", Double.NaN, Double.NaN)));
  }

  private Map<String, String> written(Path folder) throws IOException {
    Map<String, String> text = new LinkedHashMap<>();
    try (var files = Files.list(folder)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        text.put(file.getFileName().toString(), Files.readString(file));
      }
    }
    return text;
  }

  @Test
  void outcomesAreRowsOfNumbersWithSettingsAndProtocolsBeside() throws IOException {
    Results results = new Results(temp);
    results.add("toy", List.of(outcome("toy/b", "bbb", 1.5), outcome("toy/a", "aaa", 2)));

    Map<String, String> files = written(temp);
    String protocol = outcome("", "", 0).protocolId();
    assertEquals(
        "experiment,cell,metric,value,deviation,protocol\n"
            + "toy/a,aaa,distance,2,0.25,PROTOCOL\ntoy/a,aaa,r,,,PROTOCOL\n"
                .replace("PROTOCOL", protocol)
            + "toy/b,bbb,distance,1.5,0.25,PROTOCOL\ntoy/b,bbb,r,,,PROTOCOL\n"
                .replace("PROTOCOL", protocol),
        files.get("toy.csv"));
    assertEquals(2, files.get("settings.json").split("\"kind\"", -1).length - 1);
    assertEquals(1, files.get("protocols.json").split("\"commit\"", -1).length - 1);
    assertEquals(
        List.of(outcome("toy/a", "aaa", 2), outcome("toy/b", "bbb", 1.5)), results.outcomes("toy"));
    Table wide = results.table("toy");
    assertEquals(
        "[experiment, cell, kind, sampling, distance, distance_deviation, r, commit, metric,"
            + " protocol]",
        wide.columnNames().toString());
    assertEquals(1.5, wide.numberColumn("distance").getDouble(1));
    assertEquals("00000001", wide.getString(0, "commit"));
    assertEquals(Optional.of(outcome("toy/a", "aaa", 2)), results.outcome("aaa"));
    assertEquals(Optional.empty(), results.outcome("ccc"));
  }

  @Test
  void cellsAreGatheredToTheSameBytesInWhateverOrder() throws IOException {
    List<Map<String, String>> all = new ArrayList<>();
    List<Integer> order = new ArrayList<>(List.of(0, 1, 2, 3, 4));
    for (int turn = 0; turn < 3; turn++) {
      Results results = new Results(temp.resolve("turn" + turn));
      for (int i : order) {
        results.keep("toy", outcome("toy/" + i % 2, "c" + i, i));
        if (i == 3 * turn) {
          assertTrue(results.gather() > 0);
        }
        results.keep("toy", outcome("toy/" + i % 2, "c" + i, i)); // once more changes nothing
      }
      assertEquals(5, results.cells("toy").size());
      results.gather();
      assertEquals(0, results.gather());
      all.add(written(temp.resolve("turn" + turn)));
      Collections.shuffle(order, new java.util.Random(turn));
    }
    assertEquals(all.get(0), all.get(1));
    assertEquals(all.get(0), all.get(2));
  }

  @Test
  void theProjectsOwnFilesAreInOrder() throws IOException {
    Path own = Results.ofProject().directory();
    Results copy = new Results(temp);
    for (String name : List.of("settings.json", "protocols.json")) {
      Files.copy(own.resolve(name), temp.resolve(name));
    }
    for (String name : List.of("table1", "head", "models", "evaluations")) {
      Files.copy(Results.ofProject().file(name), copy.file(name));
      copy.add(name, copy.outcomes(name).subList(0, 1)); // which is there, so that nothing changes
      assertEquals(
          Files.readString(Results.ofProject().file(name)),
          Files.readString(copy.file(name)),
          name);
    }
    for (String name : List.of("settings.json", "protocols.json")) {
      assertEquals(Files.readString(own.resolve(name)), Files.readString(temp.resolve(name)), name);
    }
  }

  @Test
  void idsAreReplacedAndNumbersStay() throws IOException {
    Results results = new Results(temp);
    Outcome first = outcome("toy/a", "aaa", 2);
    first.settings().put("model_hash", "mmm");
    results.add("toy", List.of(first, outcome("toy/b", "bbb", 1.5)));
    results.append("plain", row("n", 1));
    Files.writeString(results.file("times"), "way,note\naaa,aaab\n\"a, b\",aaa\n");
    results.rename(Map.of("aaa", "zzz", "mmm", "nnn"));

    List<Outcome> renamed = results.outcomes("toy");
    assertEquals(List.of("zzz", "bbb"), renamed.stream().map(Outcome::cell).toList());
    assertEquals("nnn", renamed.get(0).settings().get("model_hash"));
    assertEquals(first.values(), renamed.get(0).values());
    String settings = Files.readString(temp.resolve("settings.json"));
    assertTrue(settings.contains("zzz") && !settings.contains("aaa"), settings);
    assertEquals("n\n1\n", Files.readString(results.file("plain")));
    assertEquals("way,note\nzzz,aaab\n\"a, b\",zzz\n", Files.readString(results.file("times")));
    results.keep("toy", outcome("toy/c", "ccc", 3));
    assertThrows(IllegalStateException.class, () -> results.rename(Map.of()));
  }

  @Test
  void rowsWithoutTheirSettingsAreAnErrorThatNamesThem() throws IOException {
    Results results = new Results(temp);
    results.add("toy", List.of(outcome("toy/a", "aaa", 2)));
    Files.writeString(temp.resolve("settings.json"), "{}");
    String message =
        assertThrows(IllegalArgumentException.class, () -> results.outcomes("toy")).getMessage();
    assertTrue(message.contains("'aaa'") && message.contains("settings.json"), message);
    assertThrows(
        IllegalArgumentException.class,
        () ->
            new Outcome(
                "e",
                "c",
                Map.of(),
                Map.of(),
                List.of(Outcome.Value.of("r", 1, 1), Outcome.Value.of("r", 2, 1))));
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
