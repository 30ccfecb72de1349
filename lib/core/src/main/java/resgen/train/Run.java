package resgen.train;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

/**
 * What came of a training run, complete or not.
 *
 * @param steps steps done
 * @param of steps asked for
 * @param interrupted whether it was stopped from outside; what it had is saved
 * @param rows metrics in order, each with {@code step} and {@code seconds}
 * @param folder where checkpoints and metrics are, if it was given one
 */
public record Run(
    long steps,
    long of,
    boolean interrupted,
    List<Map<String, Double>> rows,
    Optional<Path> folder) {

  /** Seconds of training, over all sessions of the run. */
  public double seconds() {
    return rows.isEmpty() ? 0 : rows.get(rows.size() - 1).get("seconds");
  }

  /** The metrics as a table: a column a metric, missing where a row has none. */
  public Table table() {
    Table table = Table.create("training");
    for (String name : Metrics.names(rows)) {
      DoubleColumn column = DoubleColumn.create(name);
      rows.forEach(
          row -> {
            if (row.containsKey(name)) {
              column.append(row.get(name));
            } else {
              column.appendMissing();
            }
          });
      table.addColumns(column);
    }
    return table;
  }
}
