package resgen.lab.metric;

import java.util.Locale;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/** A {@link Report} as a table. */
final class ReportTable {

  private final StringColumn names = StringColumn.create("metric");
  private final DoubleColumn values = DoubleColumn.create("value");
  private final StringColumn notes = StringColumn.create("note");

  private ReportTable() {}

  static Table of(Report report) {
    ReportTable table = new ReportTable();
    table.progress(report);
    table.comparison(report);
    report.relative().ifPresent(table::relative);
    table.cost(report);
    table.note("protocol", report.protocol().oneLine());
    return Table.create(report.model(), table.names, table.values, table.notes);
  }

  private void progress(Report report) {
    Report.Progress p = report.progress();
    if (p.interrupted()) {
      String left = "; what takes long is left out";
      note(
          "INTERRUPTED",
          format("a partial result: %,d of %,d samples", p.samples(), p.of()) + left);
    }
  }

  private void comparison(Report report) {
    Comparison c = report.comparison();
    int n = report.progress().samples();
    String metric = report.extractor().metric();
    c.distance()
        .ifPresentOrElse(
            d -> row(metric, d, spread(c) + format("0 is best; %,d samples%s", n, bias(n))),
            () -> note(metric, "not measured"));
    c.kernel()
        .ifPresent(
            k ->
                row(
                    report.extractor().kernelMetric(),
                    k.mean(),
                    format(
                        "± %.2g over %d subsets of %d; 0 is best, without bias",
                        k.deviation(), k.subsets(), k.subsetSize())));
    int paired = Comparison.paired(n);
    c.precisionRecall()
        .ifPresent(
            p -> {
              row("precision", p.precision(), format("of %,d samples, k = %d", paired, p.k()));
              row("recall", p.recall(), format("of %,d real images, k = %d", paired, p.k()));
            });
    c.accuracy()
        .ifPresent(
            a ->
                row(
                    "class accuracy",
                    a.accuracy(),
                    "seen by " + report.protocol().extractor().name() + " as what was asked for"));
  }

  private static String spread(Comparison c) {
    return c.deviation().map(d -> format("± %.2g over resampled images; ", d)).orElse("");
  }

  private static String bias(int samples) {
    return samples < Comparison.ENOUGH ? ", too few to compare with other counts" : "";
  }

  private void relative(Report.Relative relative) {
    Floors floors = relative.floors();
    int n = floors.of().samples();
    row(
        "R",
        relative.r(),
        format(
            "(%.3f − reconstruction) / (shuffled − reconstruction), %,d images each",
            relative.distance(), n));
    row("floor: real", floors.real(), format("%,d held-out images", n));
    row("floor: reconstruction", floors.reconstruction(), "the same through the tokenizer");
    row(
        "baseline: shuffled",
        floors.shuffled(),
        "each position from a random image of the class: no context");
  }

  private void cost(Report report) {
    Report.Cost cost = report.cost();
    int n = Math.max(1, report.progress().samples());
    row("seconds to generate", cost.generateSeconds(), each(cost.generateSeconds(), n));
    row("seconds to decode", cost.decodeSeconds(), each(cost.decodeSeconds(), n));
    row("network calls", cost.networkCalls(), "in sequence, for each sample");
  }

  private static String each(double seconds, int samples) {
    return format("%.2f ms a sample", 1000 * seconds / samples);
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
    html.append(escaped(report.model())).append("</caption>\n");
    html.append(
        "<thead><tr><th style=\"text-align:left\">metric</th><th>value</th><th></th></tr></thead>\n<tbody>\n");
    for (int i = 0; i < table.rowCount() - 1; i++) {
      double value = table.doubleColumn("value").getDouble(i);
      html.append("<tr><td style=\"text-align:left\">")
          .append(escaped(table.stringColumn("metric").get(i)))
          .append("</td><td style=\"text-align:right\">")
          .append(Double.isNaN(value) ? "" : shown(value))
          .append("</td><td style=\"text-align:left\">")
          .append(escaped(table.stringColumn("note").get(i)))
          .append("</td></tr>\n");
    }
    return html.append("</tbody></table>\n<p><small>")
        .append(escaped(report.protocol().oneLine().replace("\"", ""))) // JSON, to be read
        .append("</small></p>\n")
        .toString();
  }

  /** Four digits, but whole numbers in full. */
  static String shown(double value) {
    if (value == Math.rint(value) && Math.abs(value) < 1e9) {
      return format("%,.0f", value);
    }
    return Math.abs(value) >= 1000 ? format("%,.1f", value) : format("%.4g", value);
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
