package resgen.lab.metric;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import resgen.codec.Extractor;
import resgen.vision.Images;
import tech.tablesaw.api.Table;

/**
 * What an evaluation found, with the protocol that belongs to every number in it.
 *
 * @param model what was evaluated
 * @param comparison the samples against the reference
 * @param relative R and its floors, if there are held-out images
 * @param cost what sampling took
 * @param progress how many samples there are of how many, and whether something is missing
 * @param extractor names of the extractor's distances
 * @param protocol how all of it was measured
 */
public record Report(
    String model,
    Comparison comparison,
    Optional<Relative> relative,
    Cost cost,
    Progress progress,
    Names extractor,
    Protocol protocol) {

  /** The kind of results file that reports go to. */
  public static final String RESULTS = "evaluations";

  /**
   * R and what it was computed from.
   *
   * @param distance of the first samples, as many as the floors have
   * @param floors by the same extractor, with the same reference and number of images
   */
  public record Relative(double distance, Floors floors) {
    /** {@link Floors#relative}. */
    public double r() {
      return floors.relative(distance);
    }
  }

  /**
   * What sampling took.
   *
   * @param generateSeconds for the tokens of all samples
   * @param decodeSeconds for the images of all samples
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

  /**
   * What the distances are called.
   *
   * @param metric "FID" by Inception alone, else "FD-" and a name
   * @param kernelMetric likewise "KID" or "KD-" and a name
   */
  public record Names(String metric, String kernelMetric) {
    /** The extractor's. */
    public static Names of(Extractor<Images> extractor) {
      return new Names(extractor.metric(), extractor.kernelMetric());
    }
  }

  /** Checks that nothing but Inception's distances have its names. */
  public Report {
    boolean inception = protocol.extractor().name().equals(Protocol.FID_EXTRACTOR);
    for (String name : new String[] {extractor.metric(), extractor.kernelMetric()}) {
      String upper = name.toUpperCase(Locale.ROOT);
      if (!inception && (upper.startsWith("FID") || upper.startsWith("KID"))) {
        throw new IllegalArgumentException(
            name
                + " by extractor "
                + protocol.extractor().name()
                + ": only Inception's are so called");
      }
    }
  }

  /** R, if there are held-out images. */
  public Optional<Double> r() {
    return relative.map(Relative::r);
  }

  /** One row per number: its name, its value, what it means; the protocol in the last row. */
  public Table toTable() {
    return ReportTable.of(this);
  }

  /** The table and the protocol under it, as HTML. */
  public String toHtml() {
    return ReportTable.html(this);
  }

  /** As one row of a results file: the same columns whatever could be measured. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("model", model);
    map.put("distance", rounded(comparison.distance()));
    map.put("distance_deviation", rounded(comparison.deviation()));
    map.put("kernel_mean", rounded(comparison.kernel().map(KernelDistance::mean)));
    map.put("kernel_deviation", rounded(comparison.kernel().map(KernelDistance::deviation)));
    map.put("precision", rounded(comparison.precisionRecall().map(PrecisionRecall::precision)));
    map.put("recall", rounded(comparison.precisionRecall().map(PrecisionRecall::recall)));
    map.put("class_accuracy", rounded(comparison.accuracy().map(ClassAccuracy::accuracy)));
    map.put("r", rounded(r()));
    Map<String, Object> floors = relative.map(r -> r.floors().toMap()).orElse(Map.of());
    Floors.columns().forEach(name -> map.put(name, floors.get(name)));
    map.put("generate_seconds", rounded(Optional.of(cost.generateSeconds())));
    map.put("decode_seconds", rounded(Optional.of(cost.decodeSeconds())));
    map.put("network_calls", cost.networkCalls());
    map.put("asked_for", progress.of());
    map.put("interrupted", progress.interrupted());
    map.putAll(protocol.toMap());
    return map;
  }

  /** Adds the row to {@code evaluations.csv} of these results. */
  public void appendTo(Results results) {
    results.append(RESULTS, toMap());
  }

  private static String rounded(Optional<Double> value) {
    return value.map(v -> Float.toString(v.floatValue())).orElse(null);
  }

  @Override
  public String toString() {
    return toTable().print(Integer.MAX_VALUE);
  }
}
