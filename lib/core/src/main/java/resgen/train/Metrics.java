package resgen.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.settings.AtomicFile;

/** The metrics of a run, kept as rows and as a CSV file. */
final class Metrics {

  private static final Logger LOG = LoggerFactory.getLogger(Metrics.class);

  private final List<Map<String, Double>> rows = new ArrayList<>();

  /** A row of an interval's averages and of {@code more}. */
  Map<String, Double> row(
      long step, double seconds, Map<String, Double> means, Map<String, Double> more) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("step", (double) step);
    row.put("seconds", seconds);
    row.putAll(means);
    row.putAll(more);
    rows.add(row);
    return row;
  }

  List<Map<String, Double>> rows() {
    return rows;
  }

  static Set<String> names(List<Map<String, Double>> rows) {
    Set<String> names = new LinkedHashSet<>();
    rows.forEach(row -> names.addAll(row.keySet()));
    return names;
  }

  void write(Path path) {
    Set<String> names = names(rows);
    StringBuilder text = new StringBuilder(String.join(",", names)).append('\n');
    for (Map<String, Double> row : rows) {
      text.append(
              String.join(
                  ",",
                  names.stream().map(n -> row.containsKey(n) ? number(row.get(n)) : "").toList()))
          .append('\n');
    }
    AtomicFile.write(path, text.toString());
  }

  private static String number(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Float.toString((float) value);
  }

  /**
   * Takes up the rows of a file up to the step of a checkpoint, and writes the file anew with
   * these: what comes after them is done again. Where it is damaged or missing, they are taken from
   * the copy that was written with the checkpoint; without a whole copy, those before the damage. A
   * damaged file is kept beside the new one, under a name that ends in {@code .damaged}.
   */
  void resume(Path path, Path copy, long step) {
    try {
      Optional<String> damage = read(path, step);
      if (damage.isPresent()) {
        List<Map<String, Double>> before = new ArrayList<>(rows); // the damage
        boolean copied = read(copy, step).isEmpty();
        if (!copied) {
          rows.clear();
          rows.addAll(before);
        }
        String from = copied ? " from " + copy.getFileName() : "";
        LOG.warn("{}: {}; {} rows are taken up{}", path, damage.get(), rows.size(), from);
        keep(path);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
    write(path);
  }

  private static void keep(Path damaged) throws IOException {
    if (Files.exists(damaged)) {
      Path kept = damaged.resolveSibling(damaged.getFileName() + ".damaged");
      Files.copy(damaged, kept, StandardCopyOption.REPLACE_EXISTING);
      LOG.warn("{}: what was there is kept as {}", damaged, kept.getFileName());
    }
  }

  /** Reads a file's rows up to a step in place of all others; returns what is damaged, if any. */
  private Optional<String> read(Path path, long step) throws IOException {
    rows.clear();
    return Files.exists(path)
        ? read(Files.readString(path, StandardCharsets.ISO_8859_1), step)
        : Optional.of("the file is missing");
  }

  private Optional<String> read(String text, long step) {
    String[] lines = text.split("\n", -1);
    List<String> names = List.of(lines[0].split(","));
    if (lines.length < 2 || !names.containsAll(List.of("step", "seconds"))) {
      return Optional.of("its first line does not name step and seconds");
    }
    for (int at = 1; at < lines.length - 1; at++) {
      Map<String, Double> row = row(names, lines[at]);
      if (row.isEmpty()) {
        return Optional.of("line " + (at + 1) + " is not a row of numbers: '" + lines[at] + "'");
      }
      if (row.get("step") <= step) {
        rows.add(row);
      }
    }
    return lines[lines.length - 1].isEmpty()
        ? Optional.empty()
        : Optional.of("line " + lines.length + " is cut off");
  }

  /** The numbers of a line; empty if it is not a whole row. */
  private static Map<String, Double> row(List<String> names, String line) {
    String[] cells = line.split(",", -1);
    Map<String, Double> row = new LinkedHashMap<>();
    try {
      for (int i = 0; i < cells.length; i++) {
        if (!cells[i].isEmpty()) {
          row.put(names.get(i), Double.parseDouble(cells[i]));
        }
      }
    } catch (NumberFormatException | IndexOutOfBoundsException e) {
      return Map.of();
    }
    boolean whole =
        cells.length == names.size() && row.keySet().containsAll(List.of("step", "seconds"));
    return whole ? row : Map.of();
  }
}
