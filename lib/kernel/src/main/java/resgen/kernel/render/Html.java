package resgen.kernel.render;

import java.util.List;
import java.util.Locale;

/** Small pieces of HTML. */
public final class Html {
  /** Rows shown at the start and at the end of a long table. */
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
   * A table of the first and last rows and of the first columns.
   *
   * @param caption above the table, or null
   * @param types a line under the names, or null
   * @param rows how many rows there are
   */
  public static String table(
      String caption, List<String> names, List<String> types, int rows, Rows cells) {
    int columns = Math.min(names.size(), COLUMNS);
    StringBuilder out = new StringBuilder("<table>");
    if (caption != null) {
      String more = columns < names.size() ? ", the first " + columns + " columns" : "";
      out.append("<caption style=\"white-space:nowrap\">")
          .append(escape(caption + more))
          .append("</caption>");
    }
    head(out, names.subList(0, columns), types, rows == 0 ? (r, c) -> "" : cells);
    out.append("<tbody>");
    boolean cut = rows > HEAD + TAIL + 1;
    for (int r = 0; r < rows; r++) {
      if (cut && r == HEAD) {
        out.append("<tr><td colspan=\"").append(columns).append("\">… ");
        out.append(rows - HEAD - TAIL).append(" more rows</td></tr>");
        r = rows - TAIL;
      }
      out.append("<tr>");
      for (int c = 0; c < columns; c++) {
        Object value = cells.at(r, c);
        out.append("<td").append(right(value) ? "" : LEFT).append('>').append(cell(value));
        out.append("</td>");
      }
      out.append("</tr>");
    }
    return out.append("</tbody></table>").toString();
  }

  private static boolean right(Object value) {
    return value instanceof Number || value instanceof Boolean;
  }

  private static void head(StringBuilder out, List<String> names, List<String> types, Rows cells) {
    out.append("<thead><tr>");
    for (int c = 0; c < names.size(); c++) {
      out.append("<th").append(right(cells.at(0, c)) ? "" : LEFT).append('>');
      out.append(escape(names.get(c)));
      if (types != null) {
        out.append("<br><small>").append(escape(types.get(c))).append("</small>");
      }
      out.append("</th>");
    }
    out.append("</tr></thead>");
  }
}
