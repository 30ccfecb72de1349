package resgen.lab.metric;

import java.util.ArrayList;
import java.util.List;
import resgen.settings.Html;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A {@link Report} as a table. */
final class ReportTable {

  private final StringColumn names = StringColumn.create("metric");
  private final DoubleColumn values = DoubleColumn.create("value");
  private final StringColumn notes = StringColumn.create("note");

  /** Characters of a line where nothing says how many there are. */
  static final int USUAL_WIDTH = 80;

  private static final int LEAST_WIDTH = 50;
  private static final int LEAST_NOTE = 12;

  private ReportTable() {}

  static Table of(Report report) {
    ReportTable table = new ReportTable();
    table.numbers(report);
    table.note("protocol", report.protocol().oneLine());
    return Table.create(report.model(), table.names, table.values, table.notes);
  }

  private void numbers(Report report) {
    Report.Progress p = report.progress();
    if (p.interrupted()) {
      note(
          "INTERRUPTED",
          Measured.format(
              "a partial result: %,d of %,d samples; what takes long is left out",
              p.samples(), p.of()));
    }
    if (report.value(FrechetMetric.ID).isEmpty()) {
      note(report.protocol().metric(), "not measured");
    }
    report.values().forEach(value -> row(value.label(), value.value(), value.note()));
  }

  /** As {@link Report#toText}. */
  static String text(Report report, int width) {
    if (width < LEAST_WIDTH) {
      throw new IllegalArgumentException("width " + width + " is less than " + LEAST_WIDTH);
    }
    ReportTable table = new ReportTable();
    table.numbers(report);
    int rows = table.names.size();
    int first = 1;
    int second = 1;
    String[] numbers = new String[rows];
    for (int i = 0; i < rows; i++) {
      numbers[i] = table.values.isMissing(i) ? "" : shown(table.values.getDouble(i));
      first = Math.max(first, table.names.get(i).length());
      second = Math.max(second, numbers[i].length());
    }
    StringBuilder text = new StringBuilder();
    wrap(report.model(), width).forEach(line -> text.append(line).append('\n'));
    int rest = Math.max(LEAST_NOTE, width - first - second - 4);
    for (int i = 0; i < rows; i++) {
      List<String> lines = wrap(table.notes.get(i), rest);
      for (int l = 0; l < lines.size(); l++) {
        String left =
            ("%-" + first + "s  %" + second + "s")
                .formatted(l == 0 ? table.names.get(i) : "", l == 0 ? numbers[i] : "");
        text.append((left + "  " + lines.get(l)).stripTrailing()).append('\n');
      }
    }
    text.append('\n');
    wrap(report.protocol().oneLine().replace("\"", ""), width)
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  /** Lines of at most so many characters, broken between words where there are any. */
  static List<String> wrap(String words, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : words.split(" ")) {
      if (!line.isEmpty() && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
      while (line.length() > width) { // a long word, as JSON is, is broken after a comma
        int comma = line.lastIndexOf(",", width - 1);
        int end = comma > 0 ? comma + 1 : width;
        lines.add(line.substring(0, end).strip());
        line.delete(0, end);
      }
    }
    lines.add(line.toString());
    return lines;
  }

  private void row(String name, double value, String note) {
    names.append(name);
    values.append(value);
    notes.append(note);
  }

  private void note(String name, String note) {
    names.append(name);
    values.appendMissing();
    notes.append(note);
  }

  static String html(Report report) {
    Table table = of(report);
    StringBuilder html = new StringBuilder("<table><caption>");
    html.append(Html.escape(report.model())).append("</caption>\n");
    html.append(
        "<thead><tr><th style=\"text-align:left\">metric</th><th>value</th><th></th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < table.rowCount() - 1; i++) {
      double value = table.doubleColumn("value").getDouble(i);
      html.append("<tr><td style=\"text-align:left\">")
          .append(Html.escape(table.stringColumn("metric").get(i)))
          .append("</td><td style=\"text-align:right\">")
          .append(Double.isNaN(value) ? "" : shown(value))
          .append("</td><td style=\"text-align:left\">")
          .append(Html.escape(table.stringColumn("note").get(i)))
          .append("</td></tr>\n");
    }
    return html.append("</tbody></table>\n<p><small>")
        .append(Html.escape(report.protocol().oneLine().replace("\"", ""))) // JSON, to be read
        .append("</small></p>\n")
        .toString();
  }

  /** Four digits, but whole numbers in full. */
  static String shown(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return Measured.format("%,.0f", value);
    }
    return Math.abs(value) >= 1000
        ? Measured.format("%,.1f", value)
        : Measured.format("%.4g", value);
  }
}
