package resgen.lab.metric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import resgen.settings.AtomicFile;
import resgen.settings.Json;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/**
 * Outcomes as files: {@code NAME.csv} with a row for each number, {@value #SETTINGS} with the
 * settings of each cell and {@value #PROTOCOLS} with the protocols, each once. Rows are sorted, so
 * the same outcomes make the same bytes in whatever order they came.
 */
final class LongResults {

  /** The settings by the id of a cell. */
  static final String SETTINGS = "settings.json";

  /** The protocols by their ids. */
  static final String PROTOCOLS = "protocols.json";

  /** The columns of a file. */
  static final List<String> COLUMNS =
      List.of("experiment", "cell", "metric", "value", "deviation", "protocol");

  private static final Comparator<Outcome> ORDER =
      Comparator.comparing(Outcome::experiment).thenComparing(Outcome::cell);

  private final Path directory;

  LongResults(Path directory) {
    this.directory = directory;
  }

  /** Whether a file has this form. */
  static boolean is(Path file) {
    try (var lines = Files.newBufferedReader(file)) {
      return String.join(",", COLUMNS).equals(lines.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /** All outcomes of a file. */
  List<Outcome> read(Path file) {
    Map<String, Map<String, Object>> settings = objects(SETTINGS);
    Map<String, Map<String, Object>> protocols = objects(PROTOCOLS);
    Map<List<String>, List<Outcome.Value>> values = new LinkedHashMap<>();
    for (Row row : Results.text(file)) {
      values
          .computeIfAbsent(
              List.of(
                  row.getString("experiment"), row.getString("cell"), row.getString("protocol")),
              key -> new ArrayList<>())
          .add(
              new Outcome.Value(
                  row.getString("metric"), row.getString("value"), row.getString("deviation")));
    }
    List<Outcome> outcomes = new ArrayList<>();
    values.forEach(
        (key, numbers) ->
            outcomes.add(
                new Outcome(
                    key.get(0),
                    key.get(1),
                    known(settings, key.get(1), file, SETTINGS),
                    known(protocols, key.get(2), file, PROTOCOLS),
                    numbers)));
    return outcomes;
  }

  private static Map<String, Object> known(
      Map<String, Map<String, Object>> objects, String id, Path file, String where) {
    Map<String, Object> object = objects.get(id);
    if (object == null) {
      throw new IllegalArgumentException(
          "%s names '%s', which is not in %s beside it".formatted(file, id, where));
    }
    return object;
  }

  /**
   * Adds outcomes to a file; a cell that an experiment has already stays as it is.
   *
   * @return how many were not there yet
   */
  int add(Path file, List<Outcome> more) {
    Map<List<String>, Outcome> all = new LinkedHashMap<>();
    if (Files.exists(file)) {
      read(file).forEach(outcome -> all.put(key(outcome), outcome));
    }
    int before = all.size();
    more.forEach(outcome -> all.putIfAbsent(key(outcome), outcome));
    write(file, all.values());
    return all.size() - before;
  }

  /**
   * Replaces the ids of cells and of models in all files of a form.
   *
   * @param files that have this form
   * @param ids new ones by old ones; others stay
   */
  void rename(List<Path> files, Map<String, String> ids) {
    Map<Path, List<Outcome>> renamed = new LinkedHashMap<>();
    for (Path file : files) {
      renamed.put(file, read(file).stream().map(outcome -> renamed(outcome, ids)).toList());
    }
    renamed.forEach(this::write); // settings by old and new ids, so that a stop harms nothing
    Map<String, Map<String, Object>> settings = new TreeMap<>();
    renamed.values().stream()
        .flatMap(List::stream)
        .forEach(outcome -> settings.put(outcome.cell(), outcome.settings()));
    write(SETTINGS, settings);
  }

  private static Outcome renamed(Outcome outcome, Map<String, String> ids) {
    Map<String, Object> settings = new LinkedHashMap<>(outcome.settings());
    settings.replaceAll(
        (key, value) -> value instanceof String text ? ids.getOrDefault(text, text) : value);
    return new Outcome(
        outcome.experiment(),
        ids.getOrDefault(outcome.cell(), outcome.cell()),
        settings,
        outcome.protocol(),
        outcome.values());
  }

  private void write(Path file, Collection<Outcome> outcomes) {
    List<Outcome> sorted = outcomes.stream().sorted(ORDER).toList();
    Map<String, Map<String, Object>> settings = objects(SETTINGS);
    Map<String, Map<String, Object>> protocols = objects(PROTOCOLS);
    StringBuilder rows = new StringBuilder(Results.line(COLUMNS)).append('\n');
    for (Outcome outcome : sorted) {
      String protocol = outcome.protocolId();
      settings.putIfAbsent(outcome.cell(), outcome.settings());
      protocols.putIfAbsent(protocol, outcome.protocol());
      for (Outcome.Value v : outcome.values()) {
        rows.append(
                Results.line(
                    List.of(
                        outcome.experiment(),
                        outcome.cell(),
                        v.metric(),
                        v.value(),
                        v.deviation(),
                        protocol)))
            .append('\n');
      }
    }
    write(SETTINGS, settings); // first what rows refer to
    write(PROTOCOLS, protocols);
    AtomicFile.write(file, rows.toString());
  }

  private static List<String> key(Outcome outcome) {
    return List.of(outcome.experiment(), outcome.cell());
  }

  private Map<String, Map<String, Object>> objects(String name) {
    Map<String, Map<String, Object>> objects = new TreeMap<>();
    Path file = directory.resolve(name);
    if (Files.exists(file)) {
      Map<?, ?> all = Json.read(file, Map.class);
      all.forEach((id, object) -> objects.put((String) id, object((Map<?, ?>) object)));
    }
    return objects;
  }

  private static Map<String, Object> object(Map<?, ?> map) {
    Map<String, Object> object = new LinkedHashMap<>();
    map.forEach((key, value) -> object.put((String) key, value));
    return object;
  }

  /** One line for each id, so that versions are compared and merged line by line. */
  private void write(String name, Map<String, Map<String, Object>> objects) {
    StringBuilder text = new StringBuilder("{");
    String separator = "\n";
    for (Map.Entry<String, Map<String, Object>> entry : objects.entrySet()) {
      text.append(separator).append(Json.line(entry.getKey())).append(": ");
      text.append(Json.line(entry.getValue()));
      separator = ",\n";
    }
    AtomicFile.write(directory.resolve(name), text.append("\n}\n").toString());
  }

  /**
   * A row for each outcome: experiment, cell, settings, then a column for each metric, and what the
   * protocol says.
   */
  static Table wide(String name, List<Outcome> outcomes) {
    Set<String> settings = keys(outcomes, Outcome::settings);
    Set<String> protocol = keys(outcomes, Outcome::protocol);
    Set<String> metrics = new LinkedHashSet<>();
    Set<String> spread = new LinkedHashSet<>();
    for (Outcome outcome : outcomes) {
      for (Outcome.Value value : outcome.values()) {
        metrics.add(value.metric());
        if (!value.deviation().isEmpty()) {
          spread.add(value.metric());
        }
      }
    }
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("experiment", outcome.experiment());
      row.put("cell", outcome.cell());
      settings.forEach(key -> row.put(key, text(outcome.settings().get(key))));
      metrics.forEach(
          metric -> {
            row.put(metric, null);
            if (spread.contains(metric)) {
              row.put(metric + "_deviation", null);
            }
          });
      outcome
          .values()
          .forEach(
              value -> {
                row.put(value.metric(), value.value());
                row.computeIfPresent(value.metric() + "_deviation", (key, was) -> null);
                if (!value.deviation().isEmpty()) {
                  row.put(value.metric() + "_deviation", value.deviation());
                }
              });
      protocol.forEach(key -> row.putIfAbsent(key, text(outcome.protocol().get(key))));
      row.put("protocol", outcome.protocolId());
      rows.add(row);
    }
    StringBuilder csv = new StringBuilder();
    for (Map<String, Object> row : rows) {
      if (csv.isEmpty()) {
        csv.append(Results.line(row.keySet())).append('\n');
      }
      csv.append(Results.line(row.values())).append('\n');
    }
    return Results.parse(name, csv.toString());
  }

  private static Set<String> keys(
      List<Outcome> outcomes, Function<Outcome, Map<String, Object>> of) {
    Set<String> keys = new LinkedHashSet<>();
    outcomes.forEach(outcome -> keys.addAll(of.apply(outcome).keySet()));
    return keys;
  }

  private static Object text(Object value) {
    return value instanceof Map<?, ?> || value instanceof List<?> ? Json.line(value) : value;
  }
}
