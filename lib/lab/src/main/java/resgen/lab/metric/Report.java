package resgen.lab.metric;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import resgen.settings.Json;
import tech.tablesaw.api.Table;

/**
 * What an evaluation found, with the protocol that belongs to every number in it.
 *
 * @param model what was evaluated
 * @param values the numbers, in the order of the metrics
 * @param cost what sampling took
 * @param progress how many samples there are of how many, and whether something is missing
 * @param protocol how all of it was measured
 */
public record Report(
    String model, List<Measured> values, Cost cost, Progress progress, Protocol protocol) {

  /** The results file that reports go to. */
  public static final String RESULTS = "evaluations";

  /**
   * What sampling took.
   *
   * @param generateSeconds for the tokens of all samples
   * @param decodeSeconds for decoding all samples
   * @param networkCalls in sequence, for each sample
   */
  public record Cost(double generateSeconds, double decodeSeconds, int networkCalls) {}

  /**
   * How far it came.
   *
   * @param samples that were made
   * @param of that were asked for
   * @param interrupted whether samples or numbers are missing because it was stopped
   */
  public record Progress(int samples, int of, boolean interrupted) {}

  /** Checks that nothing but Inception's distances have its names. */
  public Report {
    values = List.copyOf(values);
    boolean inception = protocol.extractor().name().equals(Protocol.FID_EXTRACTOR);
    for (Measured value : values) {
      String upper = value.label().toUpperCase(Locale.ROOT);
      if (!inception && (upper.startsWith("FID") || upper.startsWith("KID"))) {
        throw new IllegalArgumentException(
            value.label()
                + " by extractor "
                + protocol.extractor().name()
                + ": only Inception's are so called");
      }
    }
  }

  /** The same with a number that was measured in another way, after the others. */
  public Report with(Measured more) {
    return new Report(
        model, Stream.concat(values.stream(), Stream.of(more)).toList(), cost, progress, protocol);
  }

  private Stream<Measured> of(String metric) {
    return values.stream().filter(value -> value.metric().equals(metric));
  }

  /**
   * A number by the id of its metric, as {@code distance} or {@code recall}; empty if it was not
   * measured.
   */
  public Optional<Double> value(String metric) {
    return of(metric).map(Measured::value).findFirst();
  }

  /** The standard deviation that was measured with a number. */
  public Optional<Double> deviation(String metric) {
    return of(metric).map(Measured::deviation).filter(d -> !d.isNaN()).findFirst();
  }

  /** What a metric found besides its number, as a {@link ClassAccuracy}. */
  public <T> Optional<T> detail(Class<T> type) {
    return values.stream()
        .flatMap(value -> value.detail().stream())
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  /** The usual numbers. */
  public Comparison comparison() {
    return Comparison.of(this);
  }

  /** R with its floors, if there are held-out media. */
  public Optional<RelativeMetric.Relative> relative() {
    return detail(RelativeMetric.Relative.class);
  }

  /** R, if there are held-out media. */
  public Optional<Double> r() {
    return value("r");
  }

  /** One row per number: its name, its value, what it means; the protocol in the last row. */
  public Table toTable() {
    return ReportTable.of(this);
  }

  /** The table and the protocol under it, as HTML. */
  public String toHtml() {
    return ReportTable.html(this);
  }

  /**
   * The table with numbers of four digits and the protocol once, below, in lines that are not
   * longer than a terminal is wide.
   *
   * @param width characters of a line, at least 50
   */
  public String toText(int width) {
    return ReportTable.text(this, width);
  }

  /**
   * As it is kept in results.
   *
   * @param experiment what the rows are called by
   * @param cell id of what was measured
   * @param settings of what was measured
   */
  public Outcome outcome(String experiment, String cell, Map<String, Object> settings) {
    Map<String, Object> how = new LinkedHashMap<>(protocol.toMap());
    how.put("asked_for", progress.of());
    how.put("interrupted", progress.interrupted());
    relative()
        .map(RelativeMetric.Relative::floors)
        .ifPresent(
            floors -> {
              how.put("floor_samples", floors.of().samples());
              how.put("floor_seed", floors.of().seed());
            });
    List<Outcome.Value> rows =
        Stream.concat(
                values.stream().map(v -> Outcome.Value.of(v.metric(), v.value(), v.deviation())),
                Stream.of(Outcome.Value.of("seconds", protocol.run().seconds(), Double.NaN)))
            .toList();
    return new Outcome(experiment, cell, settings, how, rows);
  }

  /**
   * Adds the numbers to {@code evaluations.csv} of these results.
   *
   * @return whether they are new; the same evaluation by the same source stays as it is there
   */
  public boolean appendTo(Results results) {
    Map<String, Object> settings = new LinkedHashMap<>();
    settings.put("sampling", protocol.samplerSettings());
    settings.put("seeds", protocol.seedText());
    Outcome outcome = outcome(model, "", settings);
    String cell =
        Json.hash(Map.of("model", model, "settings", settings, "protocol", outcome.protocol()));
    return results.add(RESULTS, List.of(outcome(model, cell, settings))) > 0;
  }

  /** As a terminal shows it. */
  @Override
  public String toString() {
    return toText(ReportTable.USUAL_WIDTH);
  }
}
