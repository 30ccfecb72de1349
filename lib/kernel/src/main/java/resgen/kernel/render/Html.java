package resgen.kernel.render;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Small pieces of HTML. */
public final class Html {
  /** Rows shown at the start of a long table. */
  public static final int HEAD = 15;

  /** Rows shown at the end of a long table. */
  public static final int TAIL = 5;

  private static final int COLUMNS = 30;
  private static final int CELL_CHARS = 200;
  private static final String LEFT = " style=\"text-align:left\"";

  private Html() {}

  /** The text with HTML's own characters replaced. */
  public static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        case '\'' -> out.append("&#39;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** A value as a table cell's text: short, numbers with at most six significant digits. */
  public static String cell(Object value) {
    String text;
    if (value instanceof Double || value instanceof Float) {
      text = number(((Number) value).doubleValue());
    } else {
      text = Texts.of(value);
    }
    return escape(text.length() > CELL_CHARS ? text.substring(0, CELL_CHARS) + "…" : text);
  }

  /** A number with at most six significant digits, whole ones with one decimal. */
  public static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%.1f", value);
    }
    return Double.isFinite(value)
        ? Double.toString(Double.parseDouble(String.format(Locale.ROOT, "%.6g", value)))
        : Double.toString(value);
  }

  /** Gives the cells of a row. */
  public interface Rows {
    /** The value at a row and column, both from 0. */
    Object at(int row, int column);
  }

  /**
   * A table of the first and last rows and of the first columns. Numbers stand on the right; those
   * of a column with fractions have the same number of decimals, where that serves all of them.
   *
   * @param caption above the table, or null
   * @param rows how many rows there are
   */
  public static String table(String caption, List<String> names, int rows, Rows cells) {
    int columns = Math.min(names.size(), COLUMNS);
    StringBuilder out = new StringBuilder("<table>");
    if (caption != null) {
      String more = columns < names.size() ? ", the first " + columns + " columns" : "";
      out.append("<caption style=\"white-space:nowrap\">")
          .append(escape(caption + more))
          .append("</caption>");
    }
    boolean cut = rows > HEAD + TAIL + 1;
    List<Object[]> shown = new ArrayList<>();
    for (int r = 0; r < rows; r++) {
      r = cut && r == HEAD ? rows - TAIL : r;
      Object[] row = new Object[columns];
      for (int c = 0; c < columns; c++) {
        row[c] = cells.at(r, c);
      }
      shown.add(row);
    }
    List<Column> formats = new ArrayList<>();
    for (int c = 0; c < columns; c++) {
      formats.add(Column.of(shown, c));
    }
    out.append("<thead><tr>");
    for (int c = 0; c < columns; c++) {
      out.append("<th").append(formats.get(c).right(null) ? "" : LEFT).append('>');
      out.append(escape(names.get(c))).append("</th>");
    }
    out.append("</tr></thead><tbody>");
    if (rows == 0) {
      out.append("<tr><td").append(span(columns)).append("><em>no rows</em></td></tr>");
    }
    for (int i = 0; i < shown.size(); i++) {
      if (cut && i == HEAD) {
        out.append("<tr><td").append(span(columns)).append(">… ");
        out.append(rows - HEAD - TAIL).append(" more rows</td></tr>");
      }
      out.append("<tr>");
      for (int c = 0; c < columns; c++) {
        Object value = shown.get(i)[c];
        out.append("<td").append(formats.get(c).right(value) ? "" : LEFT).append('>');
        out.append(formats.get(c).text(value)).append("</td>");
      }
      out.append("</tr>");
    }
    return out.append("</tbody></table>").toString();
  }

  private static String span(int columns) {
    return columns > 1 ? " colspan=\"" + columns + "\"" : "";
  }

  /**
   * How the cells of a column are written.
   *
   * @param numbers whether all are numbers, or missing
   * @param decimals how many decimals its fractions have, or -1 for as many as each needs
   */
  private record Column(boolean numbers, int decimals) {
    private static final double MOST_SPREAD = 1e4;
    private static final int DIGITS = 4; // of the largest number, and one fewer of the smallest

    static Column of(List<Object[]> rows, int column) {
      boolean numbers = false;
      boolean others = false;
      double min = Double.POSITIVE_INFINITY;
      double max = 0;
      int needed = 0;
      for (Object[] row : rows) {
        Object value = row[column];
        numbers |= value instanceof Number || value instanceof Boolean;
        others |= !(value instanceof Number || value instanceof Boolean || isMissing(value));
        if ((value instanceof Double || value instanceof Float)
            && Double.isFinite(((Number) value).doubleValue())
            && ((Number) value).doubleValue() != 0) {
          double size = Math.abs(((Number) value).doubleValue());
          min = Math.min(min, size);
          max = Math.max(max, size);
          needed = Math.max(needed, decimals(size));
        }
      }
      if (others || !numbers || max / min > MOST_SPREAD || max >= 1e9) {
        return new Column(numbers && !others, -1);
      }
      int wanted = Math.max(DIGITS - 1 - magnitude(max), DIGITS - 2 - magnitude(min));
      return new Column(true, max == 0 ? 0 : Math.max(0, Math.min(wanted, needed)));
    }

    private static boolean isMissing(Object value) {
      return value == null || value.equals("");
    }

    private static int magnitude(double size) {
      return (int) Math.floor(Math.log10(size));
    }

    /** How many decimals a number with six significant digits has. */
    private static int decimals(double size) {
      BigDecimal six = new BigDecimal(size).round(new MathContext(6)).stripTrailingZeros();
      return Math.max(0, six.scale());
    }

    boolean right(Object value) {
      return numbers || value instanceof Number || value instanceof Boolean;
    }

    String text(Object value) {
      boolean fraction = value instanceof Double || value instanceof Float;
      if (!fraction || !numbers || !Double.isFinite(((Number) value).doubleValue())) {
        return cell(value);
      }
      double number = ((Number) value).doubleValue();
      if (decimals >= 0) {
        return String.format(Locale.ROOT, "%." + decimals + "f", number);
      }
      return number == 0
          ? "0"
          : new BigDecimal(number).round(new MathContext(DIGITS)).stripTrailingZeros().toString();
    }
  }
}
