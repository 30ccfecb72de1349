package resgen.train;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import resgen.settings.AtomicFile;

/** The metrics of a run: averages over logging intervals, kept as rows and as a CSV file. */
final class Metrics {

  private final List<Map<String, Double>> rows = new ArrayList<>();
  private final Map<String, Double> sums = new LinkedHashMap<>();
  private long count;

  /** Adds one step's numbers to the interval. */
  void add(Map<String, Double> step) {
    step.forEach((name, value) -> sums.merge(name, value, Double::sum));
    count++;
  }

  /** Closes the interval: a row of its averages and of {@code more}. */
  Map<String, Double> row(long step, double seconds, Map<String, Double> more) {
    Map<String, Double> row = new LinkedHashMap<>();
    row.put("step", (double) step);
    row.put("seconds", seconds);
    sums.forEach((name, sum) -> row.put(name, sum / Math.max(1, count)));
    row.putAll(more);
    sums.clear();
    count = 0;
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

  /** Reads the rows up to {@code step} back; none if there is no file. */
  void read(Path path, long step) {
    if (!Files.exists(path)) {
      return;
    }
    try {
      List<String> lines = Files.readAllLines(path);
      String[] names = lines.get(0).split(",");
      for (String line : lines.subList(1, lines.size())) {
        String[] cells = line.split(",", -1);
        Map<String, Double> row = new LinkedHashMap<>();
        for (int i = 0; i < names.length; i++) {
          if (!cells[i].isEmpty()) {
            row.put(names[i], Double.parseDouble(cells[i]));
          }
        }
        if (row.get("step") <= step) {
          rows.add(row);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(path + ": " + e.getMessage(), e);
    }
  }
}
