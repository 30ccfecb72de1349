package resgen.lab.study;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import resgen.lab.metric.Results;
import resgen.settings.DataHome;
import tech.tablesaw.api.Table;

/** The paper's published numbers, {@code data/paper/NAME.csv}. */
public final class PaperTable {

  private PaperTable() {}

  /**
   * One of its tables or figures.
   *
   * @throws IllegalArgumentException naming the file that is not there
   */
  public static Table of(String name) {
    Path file = DataHome.path("paper", name + ".csv");
    if (!Files.isRegularFile(file)) {
      throw new IllegalArgumentException("no published table '" + name + "': no file " + file);
    }
    return Results.read(file).setName("the paper, " + name);
  }

  /**
   * A number of a table.
   *
   * @param table whose rows are told apart
   * @param column that the number is in
   * @param where a column and the value that it has in the row, in turn; compared as text
   * @return not a number where the table has none
   * @throws IllegalArgumentException unless exactly one row has these values
   */
  public static double number(Table table, String column, Object... where) {
    double found = Double.NaN;
    int rows = 0;
    for (int row = 0; row < table.rowCount(); row++) {
      boolean fits = true;
      for (int i = 0; i < where.length; i += 2) {
        String value = table.column(where[i].toString()).getUnformattedString(row);
        fits &= value.equals(where[i + 1].toString());
      }
      if (fits) {
        rows++;
        found =
            table.column(column).isMissing(row)
                ? Double.NaN
                : table.numberColumn(column).getDouble(row);
      }
    }
    if (rows != 1) {
      throw new IllegalArgumentException(
          "%s has %d rows with %s, not one".formatted(table.name(), rows, Arrays.toString(where)));
    }
    return found;
  }
}
