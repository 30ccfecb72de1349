package resgen.study;

import java.util.List;
import tech.tablesaw.aggregate.AggregateFunctions;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.IntColumn;
import tech.tablesaw.api.Table;

/** What studies found, as tables. */
public final class StudyResults {

  private StudyResults() {}

  /**
   * Numbers with their spread over repetitions, which seeds are.
   *
   * @param rows a row for each repetition
   * @param value the column to be averaged
   * @param by the columns that tell the settings; rows that agree in them are repetitions
   * @return a row for each setting in the order in which they come first: {@code by}, then the mean
   *     under the value's name, {@code VALUE_deviation} (the standard deviation of one repetition,
   *     with n − 1; missing for one alone) and {@code repetitions}
   */
  public static Table spread(Table rows, String value, String... by) {
    Table grouped =
        rows.summarize(
                value, AggregateFunctions.mean, AggregateFunctions.stdDev, AggregateFunctions.count)
            .by(by);
    Table table = Table.create(rows.name());
    for (String name : by) {
      table.addColumns(grouped.column(name));
    }
    DoubleColumn counts = grouped.numberColumn("Count [" + value + "]").asDoubleColumn();
    IntColumn repetitions = IntColumn.create("repetitions");
    counts.forEach(count -> repetitions.append((int) Math.round(count)));
    return table.addColumns(
        renamed(grouped, "Mean [" + value + "]", value),
        renamed(grouped, "Std. Deviation [" + value + "]", value + "_deviation"),
        repetitions);
  }

  private static DoubleColumn renamed(Table table, String from, String to) {
    DoubleColumn column = table.numberColumn(from).asDoubleColumn().copy();
    column.setName(to);
    return column;
  }

  /** A number and its spread as {@code 4.86 ± 0.12}; without one, the number alone. */
  public static String text(double value, double deviation, int digits) {
    String format = "%." + digits + "f";
    String number = String.format(java.util.Locale.ROOT, format, value);
    return Double.isNaN(deviation)
        ? number
        : number + " ± " + String.format(java.util.Locale.ROOT, format, deviation);
  }

  /** The columns that tell a cell's settings, whatever was swept. */
  public static List<String> settings() {
    return List.of(
        "experiment",
        "steps",
        "schedule",
        "guidance_start",
        "guidance_end",
        "top_p",
        "noise_scale",
        "reveal",
        "temperature");
  }
}
