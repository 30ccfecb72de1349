package resgen.kernel.render;

import java.util.List;
import java.util.Locale;

/** Small pieces of HTML. */
final class Html {
  static final int HEAD = 15;
  static final int TAIL = 5;
  private static final int CELL_CHARS = 200;

  private Html() {}

  static String escape(String text) {
    StringBuilder out = new StringBuilder(text.length() + 16);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '<' -> out.append("&lt;");
        case '>' -> out.append("&gt;");
        case '&' -> out.append("&amp;");
        case '"' -> out.append("&quot;");
        default -> out.append(c);
      }
    }
    return out.toString();
  }

  /** A value as a table cell's text: short, numbers with at most six significant digits. */
  static String cell(Object value) {
    String text;
    if (value instanceof Double || value instanceof Float) {
      text = number(((Number) value).doubleValue());
    } else {
      text = Texts.of(value);
    }
    return escape(text.length() > CELL_CHARS ? text.substring(0, CELL_CHARS) + "…" : text);
  }

  static String number(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e15) {
      return String.format(Locale.ROOT, "%.1f", value);
    }
    return Double.isFinite(value)
        ? Double.toString(Double.parseDouble(String.format(Locale.ROOT, "%.6g", value)))
        : Double.toString(value);
  }

  /** Gives the cells of a row. */
  interface Rows {
    Object at(int row, int column);
  }

  /**
   * A table of the first and last rows.
   *
   * @param types a line under the names, or null
   */
  static String table(
      String caption, List<String> names, List<String> types, int rows, Rows cells) {
    StringBuilder out = new StringBuilder("<table>");
    if (caption != null) {
      out.append("<caption>").append(escape(caption)).append("</caption>");
    }
    out.append("<thead><tr>");
    for (int c = 0; c < names.size(); c++) {
      out.append("<th>").append(escape(names.get(c)));
      if (types != null) {
        out.append("<br><small>").append(escape(types.get(c))).append("</small>");
      }
      out.append("</th>");
    }
    out.append("</tr></thead><tbody>");
    boolean cut = rows > HEAD + TAIL + 1;
    for (int r = 0; r < rows; r++) {
      if (cut && r == HEAD) {
        out.append("<tr><td colspan=\"").append(names.size()).append("\">… ");
        out.append(rows - HEAD - TAIL).append(" more rows</td></tr>");
        r = rows - TAIL;
      }
      out.append("<tr>");
      for (int c = 0; c < names.size(); c++) {
        out.append("<td>").append(cell(cells.at(r, c))).append("</td>");
      }
      out.append("</tr>");
    }
    return out.append("</tbody></table>").toString();
  }
}
