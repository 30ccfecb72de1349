package resgen.lab.study;

import java.util.Arrays;
import java.util.List;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A table to be read, made row by row. */
public final class TextTable {

  private final String name;
  private final List<StringColumn> columns;

  /** One without rows. */
  public TextTable(String name, String... columns) {
    this.name = name;
    this.columns = Arrays.stream(columns).map(StringColumn::create).toList();
  }

  /**
   * Adds a row.
   *
   * @param cells as their text; "–" for what is not a number
   * @throws IllegalArgumentException unless there is one for each column
   */
  public TextTable row(Object... cells) {
    if (cells.length != columns.size()) {
      throw new IllegalArgumentException(
          "%d cells for the %d columns of '%s'".formatted(cells.length, columns.size(), name));
    }
    for (int i = 0; i < cells.length; i++) {
      boolean none = cells[i] instanceof Double number && number.isNaN();
      columns.get(i).append(none ? "–" : cells[i].toString());
    }
    return this;
  }

  /** The table. */
  public Table table() {
    return Table.create(name).addColumns(columns.toArray(StringColumn[]::new));
  }

  @Override
  public String toString() {
    return table().print();
  }
}
