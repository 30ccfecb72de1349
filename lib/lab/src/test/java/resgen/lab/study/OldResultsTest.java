package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.settings.Json;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/** The conversion of the project's results, as they were, to a row for each number. */
class OldResultsTest {

  /** Where a number of an old column is now, if its name is another. */
  private static final Map<String, String> NAMES =
      Map.of("kernel_mean", "kernel", "sampler", "sampling", "model", "experiment");

  private static final Map<String, String> OF_SAMPLING =
      Map.of(
          "steps", "pace.steps",
          "schedule", "pace.schedule",
          "guidance_start", "guidance.start",
          "guidance_end", "guidance.end",
          "top_p", "draw.topP",
          "noise_scale", "draw.noiseScale",
          "draw_temperature", "draw.temperature",
          "reveal", "order.reveal",
          "temperature", "order.temperature");

  @TempDir private Path folder;
  private final Map<String, Table> old = new TreeMap<>();

  @BeforeEach
  void unpack() throws Exception {
    try (InputStream in = OldResultsTest.class.getResourceAsStream("/resgen/lab/old-results.zip");
        ZipInputStream zip = new ZipInputStream(in)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        Path file = folder.resolve(entry.getName());
        Files.write(file, zip.readAllBytes());
        old.put(entry.getName().replace(".csv", ""), OldResults.text(file));
      }
    }
    assertEquals(12, old.size());
  }

  @Test
  void everyCellOfTheOldFilesIsFoundInTheNew() {
    Results results = new Results(folder);
    assertEquals(new ArrayList<>(old.keySet()), OldResults.convert(results));
    int cells = 0;
    for (Map.Entry<String, Table> file : old.entrySet()) {
      Map<String, Outcome> outcomes = new HashMap<>();
      results
          .outcomes(file.getKey())
          .forEach(outcome -> outcomes.put(outcome.experiment() + outcome.cell(), outcome));
      assertEquals(file.getValue().rowCount(), outcomes.size(), file.getKey());
      for (Row row : file.getValue()) {
        Outcome outcome = find(row, outcomes);
        for (String column : row.columnNames()) {
          String text = row.getString(column);
          if (column.equals("sampler")) {
            assertEquals(Json.read(text, Map.class), outcome.settings().get("sampling"));
            cells++;
          } else if (!text.isEmpty() && !impliedDefault(column, text, outcome)) {
            assertEquals(text, now(column, outcome), file.getKey() + " " + column);
            cells++;
          }
        }
      }
    }
    assertTrue(cells > 8000, cells + " cells");
    assertEquals(List.of(), OldResults.convert(results), "the second time there is nothing to do");
  }

  /** What rows said of a setting that was not yet one when they were measured. */
  private static boolean impliedDefault(String column, String text, Outcome outcome) {
    return column.equals("draw_temperature")
        && text.equals("1.0")
        && now(column, outcome).equals("null");
  }

  private static Outcome find(Row row, Map<String, Outcome> outcomes) {
    if (row.columnNames().contains("cell")) {
      return outcomes.get(row.getString("experiment") + row.getString("cell"));
    } else if (row.columnNames().contains("model_hash")) {
      return outcomes.get(row.getString("experiment") + row.getString("model_hash"));
    }
    return outcomes.values().stream()
        .filter(outcome -> outcome.experiment().equals(row.getString("model")))
        .filter(
            outcome -> now("generate_seconds", outcome).equals(row.getString("generate_seconds")))
        .filter(outcome -> now("distance", outcome).equals(row.getString("distance")))
        .findFirst()
        .orElseThrow();
  }

  /** The text that a column had, from where it is now. */
  private static String now(String column, Outcome outcome) {
    String name = NAMES.getOrDefault(column, column);
    if (name.equals("experiment")) {
      return outcome.experiment();
    } else if (name.equals("cell")) {
      return outcome.cell();
    }
    for (Outcome.Value value : outcome.values()) {
      if (value.metric().equals(name)) {
        return value.value();
      } else if ((value.metric() + "_deviation").equals(name)) {
        return value.deviation();
      }
    }
    if (OF_SAMPLING.containsKey(name)) {
      Object at = outcome.settings().get("sampling");
      for (String key : OF_SAMPLING.get(name).split("\\.")) {
        at = ((Map<?, ?>) at).get(key);
      }
      return String.valueOf(at);
    }
    Object found = outcome.settings().getOrDefault(name, outcome.protocol().get(name));
    return String.valueOf(found);
  }

  @Test
  void theProjectsResultsHoldEveryNumberThatTheyHeld() {
    Results results = Results.ofProject();
    for (Map.Entry<String, Table> file : old.entrySet()) {
      Map<String, Integer> held = new HashMap<>();
      for (Outcome outcome : results.outcomes(file.getKey())) {
        for (Outcome.Value value : outcome.values()) {
          held.merge(
              value.metric() + " " + value.value() + " ± " + value.deviation(), 1, Integer::sum);
        }
      }
      for (Row row : file.getValue()) {
        Map<String, String> cells = new TreeMap<>();
        row.columnNames().forEach(column -> cells.put(column, row.getString(column)));
        for (Outcome.Value value : OldResults.outcome(cells).values()) {
          String key = value.metric() + " " + value.value() + " ± " + value.deviation();
          assertTrue(held.merge(key, -1, Integer::sum) >= 0, file.getKey() + " has lost " + key);
        }
      }
    }
  }

  @Test
  void whatWouldBeLostIsAnErrorAndTheFileStays() throws Exception {
    Path file = folder.resolve("table1.csv");
    String text = Files.readString(file);
    Files.writeString(file, text.replaceFirst(",RANDOM,", ",DENSITY,"));
    String before = Files.readString(file);
    for (String name : new TreeSet<>(old.keySet())) {
      if (!name.equals("table1")) {
        Files.delete(folder.resolve(name + ".csv"));
      }
    }
    IllegalArgumentException wrong =
        assertThrows(IllegalArgumentException.class, () -> OldResults.convert(new Results(folder)));
    assertTrue(
        wrong.getMessage().contains("row 1: column reveal says DENSITY"), wrong.getMessage());
    assertEquals(before, Files.readString(file));
  }

  @Test
  void aFileThatCannotBeReplacedStays() throws Exception {
    String before = Files.readString(folder.resolve("ar-resgen.csv"));
    Files.writeString(folder.resolve("protocols.json"), "not JSON");
    Results results = new Results(folder);
    assertThrows(IllegalArgumentException.class, () -> OldResults.convert(results));
    assertEquals(before, Files.readString(folder.resolve("ar-resgen.csv")));
    Files.delete(folder.resolve("protocols.json"));
    assertEquals(12, OldResults.convert(results).size());
  }
}
