package resgen.lab.study;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import resgen.token.TokenSpec;
import tech.tablesaw.api.Row;
import tech.tablesaw.api.Table;

/** How a study's numbers were measured, beside how the paper measured its own. */
final class StudyProtocol {

  private static final String PAPER = "setup"; // data/paper/setup.csv
  private static final String ANY = "all";

  private final TextTable rows = new TextTable("protocol", "what", "here", "the paper");
  private final Study study;
  private final Table published = PaperTable.of(PAPER);

  private StudyProtocol(Study study) {
    this.study = study;
  }

  static Table table(Study study, List<Measurement> measurements) {
    StudyProtocol protocol = new StudyProtocol(study);
    protocol.asked();
    protocol.measured(measurements);
    return protocol.rows.table();
  }

  /** What the experiments say. */
  private void asked() {
    add(
        "tokens",
        each(
            e -> {
              TokenSpec t = e.settings().model().tokens();
              return t.positions() + " positions × depth " + t.depth();
            }));
    add(
        "tokenizers",
        each(
            e ->
                String.format(
                    Locale.ROOT,
                    "depth %d, %s, %,d steps",
                    e.settings().model().tokens().depth(),
                    e.tokenizer() instanceof TokenizerChoice.Shipped shipped
                        ? shipped.name()
                        : "trained for it",
                    e.tokenizer().steps())));
    add("training steps", each(e -> String.format(Locale.ROOT, "%,d", e.training().steps())));
    add("batch", each(e -> Integer.toString(e.training().batch())));
    add("samples a number", each(e -> String.format(Locale.ROOT, "%,d", e.samples())));
    add("sampling seeds", each(e -> e.seeds().toString()));
    add(
        "steps T",
        each(
            e ->
                e.samplings().stream()
                    .map(s -> s.pace().steps())
                    .distinct()
                    .map(String::valueOf)
                    .collect(Collectors.joining(" "))));
  }

  private String each(Function<Experiment, String> word) {
    return study.experiments().stream().map(word).distinct().collect(Collectors.joining("; "));
  }

  /** What the rows say. */
  private void measured(List<Measurement> measurements) {
    List<Measurement> known = measurements.stream().filter(Measurement::known).toList();
    add("metric", words(known, "metric"));
    add("reference", words(known, "reference"));
    add("extractor", words(known, "extractor"));
    add("image", words(known, "image"));
    add("parameters", words(known, "parameters"));
    add("device", words(known, "device"));
    add("commits", words(known, "commit"));
  }

  private static String words(List<Measurement> known, String column) {
    String all =
        known.stream()
            .filter(m -> m.rows().containsColumn(column))
            .flatMap(m -> m.rows().column(column).asList().stream())
            .map(Object::toString)
            .distinct()
            .sorted()
            .collect(Collectors.joining("; "));
    return all.isEmpty() ? "not yet measured" : all;
  }

  private void add(String name, String word) {
    String said = "";
    for (Row row : published) {
      String of = row.getString("study");
      if (row.getString("what").equals(name) && (of.equals(study.name()) || of.equals(ANY))) {
        said = row.getString("value");
      }
    }
    rows.row(name, word, said);
  }
}
