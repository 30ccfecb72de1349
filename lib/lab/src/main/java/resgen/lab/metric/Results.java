package resgen.lab.metric;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import resgen.settings.DataHome;
import resgen.settings.AtomicFile;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Measured numbers, one CSV file for each kind, in {@code data/results}. Rows are only ever added.
 *
 * <p>A file changes all at once or not at all, and programs that add to it at the same time wait
 * for each other.
 */
public final class Results {
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path directory;

  /** Results in this directory, which is made when needed. */
  public Results(Path directory) {
    this.directory = directory;
  }

  /** The project's own results. */
  public static Results ofProject() {
    return new Results(DataHome.path("results"));
  }

  /** Where the results of a name are, or will be. */
  public Path file(String name) {
    if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new IllegalArgumentException(
          "a results name is letters, digits, dots, dashes and underscores, not \"" + name + "\"");
    }
    return directory.resolve(name + ".csv");
  }

  /**
   * Adds a row; the first one of a file gives it its header.
   *
   * @param row values by column, in the order of the columns; null is an empty cell
   * @throws IllegalArgumentException if the file has another header, naming both
   */
  public void append(String name, Map<String, ?> row) {
    append(name, List.of(row));
  }

  /** Adds rows, all or none of them; they must have the same columns. */
  public void append(String name, List<? extends Map<String, ?>> rows) {
    Path file = file(name);
    if (rows.isEmpty()) {
      return;
    }
    String header = line(rows.get(0).keySet());
    StringBuilder lines = new StringBuilder();
    for (Map<String, ?> row : rows) {
      checkHeader(file, header, line(row.keySet()));
      lines.append(line(row.values())).append('\n');
    }
    synchronized (ONE_AT_A_TIME) {
      appendLocked(file, header, lines.toString());
    }
  }

  private void appendLocked(Path file, String header, String lines) {
    try {
      Files.createDirectories(directory);
      Path lockFile = directory.resolve(".lock");
      try (FileChannel channel =
              FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
          FileLock lock = channel.lock()) {
        assert lock.isValid();
        String before = Files.exists(file) ? Files.readString(file) : "";
        if (before.isEmpty()) {
          before = header + "\n";
        } else {
          checkHeader(file, before.lines().findFirst().orElse(""), header);
        }
        String separator = before.endsWith("\n") ? "" : "\n";
        AtomicFile.write(file, before + separator + lines);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot add to " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * All rows of a name.
   *
   * @throws UncheckedIOException if there are none yet
   */
  public Table table(String name) {
    return read(file(name));
  }

  /**
   * A row of any file here, as it is written; the files are searched in the order of their names.
   *
   * @param column that names the row; files without it are passed over
   * @param value its text there
   */
  public Optional<Map<String, String>> find(String column, String value) {
    if (!Files.isDirectory(directory)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.toString().endsWith(".csv"))
          .sorted()
          .map(file -> read(file, any -> Optional.of(ColumnType.STRING)))
          .filter(table -> table.containsColumn(column))
          .flatMap(table -> table.stream().filter(row -> value.equals(row.getString(column))))
          .findFirst()
          .map(Results::text);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + directory + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, String> text(Row row) {
    Map<String, String> cells = new LinkedHashMap<>();
    row.columnNames().forEach(column -> cells.put(column, row.getString(column)));
    return cells;
  }

  /**
   * Any CSV file with a header, as a table. A column gets the narrowest type that holds all of it,
   * but commits, hashes and seeds stay text: 12e45678 is no number.
   */
  public static Table read(Path file) {
    return read(file, Results::textColumn);
  }

  private static Table read(Path file, Function<String, Optional<ColumnType>> types) {
    try (var reader = Files.newBufferedReader(file)) {
      String name = file.getFileName().toString().replaceFirst("\\.csv$", "");
      CsvReadOptions options =
          CsvReadOptions.builder(reader)
              .tableName(name)
              .sample(false)
              .columnTypesPartial(types)
              .build();
      return Table.read().usingOptions(options);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Optional<ColumnType> textColumn(String name) {
    boolean text =
        name.equals("commit")
            || name.equals("cell")
            || name.endsWith("hash")
            || name.startsWith("seed");
    return text ? Optional.of(ColumnType.STRING) : Optional.empty();
  }

  private static void checkHeader(Path file, String expected, String given) {
    if (!expected.equals(given)) {
      throw new IllegalArgumentException(
          file + " has the columns\n  " + expected + "\nbut the row has\n  " + given);
    }
  }

  private static String line(Collection<?> values) {
    return values.stream().map(Results::cell).collect(Collectors.joining(","));
  }

  private static String cell(Object value) {
    String text = value == null ? "" : value.toString();
    if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
      throw new IllegalArgumentException("a results cell must be one line: \"" + text + "\"");
    }
    boolean quoted = text.indexOf(',') >= 0 || text.indexOf('"') >= 0;
    return quoted ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }
}
