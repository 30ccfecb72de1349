package resgen.lab.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.codec.Media;
import tech.tablesaw.api.StringColumn;
import tech.tablesaw.api.Table;

/**
 * What the project's numbers mean, in words: the definitions of the metrics, and of what is
 * measured while models are trained. Tables show it below their numbers.
 */
public final class Glossary {

  private static final String CONTEXT_GAIN =
      "How much a masked model makes of context: its cross-entropy of the depth-1 codes of held-out"
          + " media with everything masked, less that with a single position masked, in nats. 0: the"
          + " model ignores what stands beside a position, whatever its likelihood.";

  private Glossary() {}

  /** The definitions of metrics by their names, and of the context gain. */
  public static Map<String, String> of(List<? extends Metric<?>> metrics) {
    Map<String, String> words = new LinkedHashMap<>();
    metrics.forEach(metric -> words.put(metric.name(), metric.definition()));
    words.put("context_gain", CONTEXT_GAIN);
    return words;
  }

  private static <X extends Media<X>> Map<String, String> usual() {
    return of(Metric.<X>standard());
  }

  /** The same as a table. */
  public static Table table(List<? extends Metric<?>> metrics) {
    Map<String, String> words = of(metrics);
    return Table.create(
        "definitions",
        StringColumn.create("metric", words.keySet().toArray(String[]::new)),
        StringColumn.create("what it is", words.values().toArray(String[]::new)));
  }

  /**
   * The definitions of the usual metrics as text, in lines that are not longer than a terminal is
   * wide.
   *
   * @param width characters of a line, at least 50
   */
  public static String text(int width) {
    StringBuilder text = new StringBuilder();
    usual()
        .forEach(
            (name, words) -> {
              text.append(name).append('\n');
              ReportTable.wrap(words, width - 2)
                  .forEach(line -> text.append("  ").append(line).append('\n'));
            });
    return text.toString();
  }
}
