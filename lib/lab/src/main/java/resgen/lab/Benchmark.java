package resgen.lab;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import resgen.codec.DataSet;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.codec.Medium;
import resgen.lab.metric.Metric;

/**
 * What generators are measured by: data, the network whose features are compared, and the metrics.
 *
 * @param name what it is called, usually as its data
 * @param data whose training part is the reference, and whose test part gives the floors of R
 * @param extractor opened when it is needed; what it gives is closed after each use
 * @param metrics in the order of tables
 * @param <X> the media
 */
public record Benchmark<X extends Media<X>>(
    String name, DataSet<X> data, Supplier<Extractor<X>> extractor, List<Metric<X>> metrics) {

  /** Copies the list. */
  public Benchmark {
    metrics = List.copyOf(metrics);
  }

  /** With the extractor that the medium knows for the data, and the usual metrics. */
  public static <X extends Media<X>> Benchmark<X> of(DataSet<X> data) {
    return new Benchmark<>(data.name(), data, () -> usual(data.train()), Metric.standard());
  }

  /**
   * A benchmark on a data set of any medium on the class path, with the medium's extractor.
   *
   * @param data name of a data set, as {@code fashion-mnist}, or a folder
   * @param metrics their names; the usual ones if there are none
   * @throws IllegalArgumentException naming the data sets or the metrics there are, if there is
   *     none of such a name
   */
  public static Benchmark<?> named(String data, List<String> metrics) {
    return Medium.all().stream()
        .<Benchmark<?>>flatMap(medium -> of(medium, data, metrics).stream())
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no data set or folder '%s'; there are %s"
                        .formatted(
                            data,
                            Medium.all().stream()
                                .flatMap(medium -> medium.dataSets().stream())
                                .toList())));
  }

  private static <X extends Media<X>> Optional<Benchmark<X>> of(
      Medium<X> medium, String data, List<String> metrics) {
    return medium
        .dataSet(data)
        .map(Benchmark::of)
        .map(
            usual ->
                metrics.isEmpty()
                    ? usual
                    : new Benchmark<>(
                        usual.name(), usual.data(), usual.extractor(), Metric.named(metrics)));
  }

  /** The same with another extractor. */
  public Benchmark<X> with(Supplier<Extractor<X>> other) {
    return new Benchmark<>(name, data, other, metrics);
  }

  /**
   * The extractor that a medium knows for media.
   *
   * @throws IllegalArgumentException if it knows none
   */
  static <X extends Media<X>> Extractor<X> usual(X media) {
    return Medium.of(media)
        .extractor(media)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    media.name()
                        + ": no extractor of the project's own fits; give another one, as"
                        + " extractor(InceptionExtractor.load(file)) or"
                        + " extractor(MobileNetExtractor.load(folder))"));
  }
}
