package resgen.lab.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import resgen.lab.metric.Outcome;
import resgen.lab.metric.Results;
import resgen.settings.Json;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Results as they were before {@link Outcome}: a row for each cell, a column for each number, and
 * settings and protocol in columns of every row. Files of studies, of trained models and of
 * evaluations had that form.
 */
public final class OldResults {

  /** Columns that say the same as the sampler's settings. */
  private static final Map<String, String> OF_SAMPLER =
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

  private static final Set<String> SETTINGS =
      Set.of(
          "kind",
          "model_hash",
          "parameters",
          "training_steps",
          "batch",
          "learning_rate",
          "seed",
          "seeds");

  private static final Set<String> PROTOCOL =
      Set.of(
          "metric",
          "samples",
          "asked_for",
          "interrupted",
          "reference",
          "reference_count",
          "extractor",
          "extractor_hash",
          "image",
          "floor_samples",
          "floor_seed",
          "commit",
          "device");

  /** Numbers with their deviations, by the metric that they are of now. */
  private static final Map<String, List<String>> WITH_DEVIATION =
      Map.of(
          "distance", List.of("distance", "distance_deviation"),
          "kernel", List.of("kernel_mean", "kernel_deviation"));

  private static final String PRECISION = "precision"; // of numbers, where models were trained
  private static final String SAMPLER = "sampler";

  private OldResults() {}

  /**
   * Converts all files of old form in a directory; others stay as they are.
   *
   * @return the names of those that were converted
   * @throws IllegalArgumentException naming a file and a column that would be lost; that file and
   *     all after it stay as they are
   */
  public static List<String> convert(Results results) {
    List<String> converted = new ArrayList<>();
    for (Path file : files(results.directory())) {
      String name = file.getFileName().toString().replaceFirst("\\.csv$", "");
      Table table = text(file);
      if (isOld(table)) {
        replace(results, name, file, outcomes(file, table));
        converted.add(name);
      }
    }
    return converted;
  }

  /** The old file stands aside until the new one is whole. */
  private static void replace(Results results, String name, Path file, List<Outcome> outcomes) {
    Path aside = file.resolveSibling(name + ".old");
    try {
      Files.move(file, aside);
      try {
        results.add(name, outcomes);
      } catch (RuntimeException e) {
        Files.move(aside, file, StandardCopyOption.REPLACE_EXISTING);
        throw e;
      }
      Files.delete(aside);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot convert " + file + ": " + e.getMessage(), e);
    }
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".csv")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  /** With all columns as text. */
  static Table text(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      return Table.read()
          .usingOptions(
              CsvReadOptions.builder(reader)
                  .sample(false)
                  .columnTypes(column -> ColumnType.STRING)
                  .build());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static boolean isOld(Table table) {
    Set<String> columns = new LinkedHashSet<>(table.columnNames());
    boolean study = columns.contains("cell") && columns.contains(SAMPLER);
    boolean evaluations = columns.contains("model") && columns.contains(SAMPLER);
    boolean models = columns.contains("model_hash") && columns.contains("validation");
    return study || evaluations || models;
  }

  private static List<Outcome> outcomes(Path file, Table table) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int row = 0; row < table.rowCount(); row++) {
      Map<String, String> cells = new LinkedHashMap<>();
      for (String column : table.columnNames()) {
        cells.put(column, table.stringColumn(column).get(row));
      }
      try {
        outcomes.add(outcome(cells));
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException(
            "%s, row %d: %s".formatted(file, row + 1, e.getMessage()), e);
      }
    }
    return outcomes;
  }

  /** The outcome of a row. */
  static Outcome outcome(Map<String, String> row) {
    Map<String, String> left = new LinkedHashMap<>(row);
    Map<String, Object> settings = new LinkedHashMap<>();
    Map<String, Object> protocol = new LinkedHashMap<>();
    String sampler = left.remove(SAMPLER);
    Map<?, ?> sampling = sampler == null ? Map.of() : Json.read(sampler, Map.class);
    String experiment =
        left.containsKey("model") ? left.remove("model") : left.remove("experiment");
    String cell = left.remove("cell");
    List<Outcome.Value> values = new ArrayList<>();
    row.forEach(
        (column, text) -> {
          if (!left.containsKey(column)) {
            return;
          }
          boolean format = column.equals(PRECISION) && row.containsKey("validation");
          if (format || SETTINGS.contains(column)) {
            put(settings, column, text);
          } else if (PROTOCOL.contains(column)) {
            put(protocol, column, text);
          } else if (OF_SAMPLER.containsKey(column)) {
            same(column, text, sampling);
          } else {
            value(column, left).ifPresent(values::add);
          }
        });
    if (sampler != null) {
      settings.put("sampling", sampling);
    }
    if (cell == null) {
      cell =
          row.containsKey("model_hash")
              ? row.get("model_hash")
              : Json.hash(Map.of("model", experiment, "settings", settings, "protocol", protocol));
    }
    return new Outcome(experiment, cell, settings, protocol, values);
  }

  private static void put(Map<String, Object> map, String key, String text) {
    if (!text.isEmpty()) {
      boolean word =
          key.equals("commit")
              || key.equals("seeds")
              || key.endsWith("hash")
              || key.equals("image");
      boolean literal = text.matches("-?\\d{1,15}(\\.\\d+)?(E-?\\d+)?|true|false");
      map.put(key, literal && !word ? Json.read(text, Object.class) : text);
    }
  }

  /** Checks that nothing is lost with a column that the settings of the sampler hold. */
  private static void same(String column, String text, Map<?, ?> sampling) {
    Object at = sampling;
    for (String key : OF_SAMPLER.get(column).split("\\.")) {
      at = at instanceof Map<?, ?> map ? map.get(key) : null;
    }
    boolean later = at == null && column.equals("draw_temperature") && text.equals("1.0");
    if (!later && !text.equals(String.valueOf(at))) {
      throw new IllegalArgumentException(
          "column %s says %s, but the sampler's settings %s".formatted(column, text, at));
    }
  }

  /** The number of a column; empty if there is none, or the column is another's deviation. */
  private static Optional<Outcome.Value> value(String column, Map<String, String> row) {
    String metric = column;
    String deviation = "";
    for (Map.Entry<String, List<String>> pair : WITH_DEVIATION.entrySet()) {
      if (pair.getValue().get(1).equals(column)) {
        return Optional.empty();
      }
      if (pair.getValue().get(0).equals(column)) {
        metric = pair.getKey();
        deviation = row.getOrDefault(pair.getValue().get(1), "");
      }
    }
    String value = row.get(column);
    if (value.isEmpty() && !deviation.isEmpty()) {
      throw new IllegalArgumentException("a deviation of nothing: " + column);
    }
    if (!value.isEmpty()) {
      Double.parseDouble(value); // a word in an unknown column would be lost as a number
    }
    return value.isEmpty()
        ? Optional.empty()
        : Optional.of(new Outcome.Value(metric, value, deviation));
  }
}
