package resgen.lab.metric;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import resgen.settings.AtomicFile;
import resgen.settings.DataHome;
import resgen.settings.Json;
import tech.tablesaw.api.ColumnType;
import tech.tablesaw.api.Table;
import tech.tablesaw.io.csv.CsvReadOptions;

/**
 * Measured numbers, CSV files in {@code data/results}. Rows are only ever added.
 *
 * <p>What was measured of models is kept as {@link Outcome outcomes}, a row for each number: a
 * file's columns are experiment, cell, metric, value, deviation and protocol, and {@code
 * settings.json} and {@code protocols.json} hold what a cell and a protocol are. A new metric needs
 * no new column. Measured times of benches have files with columns of their own.
 *
 * <p>A file changes all at once or not at all, and programs that add to it at the same time wait
 * for each other.
 */
public final class Results {
  private static final Object ONE_AT_A_TIME = new Object();
  private static final String CELLS = "cells";
  private static final String JSON = ".json";
  private static final Pattern FIELD = Pattern.compile("(?m)(?<=^|,)[^,\n]*+");

  private final Path directory;

  /** Results in this directory, which is made when needed. */
  public Results(Path directory) {
    this.directory = directory;
  }

  /** The project's own results. */
  public static Results ofProject() {
    return new Results(DataHome.path("results"));
  }

  /** The folder. */
  public Path directory() {
    return directory;
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
    appendLocked(file, header, lines.toString());
  }

  private void appendLocked(Path file, String header, String lines) {
    locked(
        file,
        () -> {
          String before = Files.exists(file) ? Files.readString(file) : "";
          if (before.isEmpty()) {
            before = header + "\n";
          } else {
            checkHeader(file, before.lines().findFirst().orElse(""), header);
          }
          String separator = before.endsWith("\n") ? "" : "\n";
          AtomicFile.write(file, before + separator + lines);
        });
  }

  /** Work on files. */
  private interface Work {
    void run() throws IOException;
  }

  /** Does the work while no other program and no other thread works here. */
  private void locked(Path file, Work work) {
    boolean interrupted = Thread.interrupted(); // it would close the files
    synchronized (ONE_AT_A_TIME) {
      try {
        Files.createDirectories(directory);
        Path lockFile = directory.resolve(".lock");
        try (FileChannel channel =
                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          assert lock.isValid();
          work.run();
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot add to " + file + ": " + e.getMessage(), e);
      } finally {
        restore(interrupted);
      }
    }
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** What some reading of files gives; an interrupt does not break it, and stays set. */
  private static <T> T undisturbed(Supplier<T> reading) {
    boolean interrupted = Thread.interrupted();
    try {
      return reading.get();
    } finally {
      restore(interrupted);
    }
  }

  /**
   * All rows of a name. Of a file of outcomes, a row for each outcome with a column for each number
   * and for what its settings and its protocol say.
   *
   * @throws UncheckedIOException if there are none yet
   */
  public Table table(String name) {
    Path file = file(name);
    return LongResults.is(file)
        ? LongResults.wide(name, new LongResults(directory).read(file))
        : read(file);
  }

  /** All outcomes of a name; none if there are none yet. */
  public List<Outcome> outcomes(String name) {
    Path file = file(name);
    return undisturbed(
        () -> Files.exists(file) ? new LongResults(directory).read(file) : List.of());
  }

  /**
   * Adds outcomes to those of a name. A cell that an experiment has already stays as it is, so that
   * adding twice changes nothing, and the file is the same in whatever order outcomes are added.
   *
   * @return how many were not there yet
   */
  public int add(String name, List<Outcome> outcomes) {
    int[] added = new int[1];
    if (!outcomes.isEmpty()) {
      Path file = file(name);
      locked(file, () -> added[0] = new LongResults(directory).add(file, outcomes));
    }
    return added[0];
  }

  /** The ids of the cells of a name, those in cell files too. */
  public Set<String> cells(String name) {
    Set<String> ids = new LinkedHashSet<>();
    outcomes(name).forEach(outcome -> ids.add(outcome.cell()));
    cellFiles(name).forEach(path -> ids.add(stem(path)));
    return ids;
  }

  /**
   * An outcome of any name by the id of its cell; the files are searched in the order of their
   * names, cell files last.
   */
  public Optional<Outcome> outcome(String cell) {
    return undisturbed(() -> find(cell));
  }

  private Optional<Outcome> find(String cell) {
    for (Path file : files(directory, ".csv")) {
      if (LongResults.is(file)) {
        for (Outcome outcome : new LongResults(directory).read(file)) {
          if (outcome.cell().equals(cell)) {
            return Optional.of(outcome);
          }
        }
      }
    }
    return files(directory.resolve(CELLS), "").stream()
        .map(folder -> folder.resolve(cell + JSON))
        .filter(Files::exists)
        .map(path -> Json.read(path, Outcome.class))
        .findFirst();
  }

  /**
   * Keeps an outcome in a file of its own, {@code cells/NAME/CELL.json}, which is written whole or
   * not at all and is the same whoever writes it: what programs that run at once do, each for its
   * own cells, until {@link #gather} brings them together.
   */
  public Path keep(String name, Outcome outcome) {
    Path file = cellFile(name, outcome.cell());
    Json.write(file, outcome);
    return file;
  }

  /**
   * Adds all outcomes that are in files of their own to the results of their names, and removes
   * those files.
   *
   * @return how many there were
   * @throws IllegalArgumentException naming a file that cannot be read; nothing of its name is
   *     added
   */
  public int gather() {
    int gathered = 0;
    for (Path folder : files(directory.resolve(CELLS), "")) {
      String name = folder.getFileName().toString();
      List<Path> files = cellFiles(name);
      add(
          name,
          undisturbed(() -> files.stream().map(file -> Json.read(file, Outcome.class)).toList()));
      files.forEach(Results::delete);
      gathered += files.size();
    }
    return gathered;
  }

  /**
   * Replaces ids of cells and of models in all outcomes, and in tables of other forms where an id
   * is a whole field, when what they are hashes of is written in another way; numbers stay as they
   * are.
   *
   * @param ids new ones by old ones; those that are not among them stay
   * @throws IllegalStateException if there are cell files, which are to be gathered first
   */
  public void rename(Map<String, String> ids) {
    if (files(directory.resolve(CELLS), "").stream()
        .anyMatch(folder -> !files(folder, JSON).isEmpty())) {
      throw new IllegalStateException("gather the cells in " + directory.resolve(CELLS) + " first");
    }
    Map<Boolean, List<Path>> all =
        files(directory, ".csv").stream().collect(Collectors.partitioningBy(LongResults::is));
    locked(
        directory,
        () -> {
          new LongResults(directory).rename(all.get(true), ids);
          for (Path table : all.get(false)) {
            String before = Files.readString(table);
            String after = FIELD.matcher(before).replaceAll(field -> renamed(field.group(), ids));
            if (!after.equals(before)) {
              AtomicFile.write(table, after);
            }
          }
        });
  }

  private static String renamed(String field, Map<String, String> ids) {
    return Matcher.quoteReplacement(ids.getOrDefault(field, field));
  }

  private Path cellFile(String name, String cell) {
    file(name); // checks it
    return directory.resolve(CELLS).resolve(name).resolve(cell + JSON);
  }

  private List<Path> cellFiles(String name) {
    return files(directory.resolve(CELLS).resolve(name), JSON);
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - JSON.length());
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove " + file + ": " + e.getMessage(), e);
    }
  }

  /** What is in a folder and ends so, by name; nothing if there is no folder. */
  private static List<Path> files(Path folder, String suffix) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(folder)) {
      return entries
          .filter(path -> path.toString().endsWith(suffix))
          .filter(path -> !path.getFileName().toString().startsWith("."))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  /**
   * Any CSV file with a header, as a table. A column gets the narrowest type that holds all of it,
   * but commits, hashes and seeds stay text: 12e45678 is no number.
   */
  public static Table read(Path file) {
    return read(file, Results::textColumn);
  }

  /** A CSV file with all columns as text; what is missing is empty. */
  static Table text(Path file) {
    return read(file, any -> Optional.of(ColumnType.STRING));
  }

  /** As {@link #read(Path)}, of text. */
  static Table parse(String name, String csv) {
    return csv.isEmpty()
        ? Table.create(name)
        : read(new StringReader(csv), name, Results::textColumn);
  }

  private static Table read(Path file, Function<String, Optional<ColumnType>> types) {
    try (var reader = Files.newBufferedReader(file)) {
      String name = file.getFileName().toString().replaceFirst("\\.csv$", "");
      return read(reader, name, types);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static Table read(
      Reader reader, String name, Function<String, Optional<ColumnType>> types) {
    CsvReadOptions options =
        CsvReadOptions.builder(reader)
            .tableName(name)
            .sample(false)
            .columnTypesPartial(types)
            .build();
    return Table.read().usingOptions(options);
  }

  private static Optional<ColumnType> textColumn(String name) {
    boolean text =
        name.equals("commit")
            || name.equals("cell")
            || name.equals("protocol")
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

  /** A line of a CSV file, without its end. */
  static String line(Collection<?> values) {
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

  @Override
  public String toString() {
    return "results in " + directory;
  }
}
