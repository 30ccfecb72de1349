package resgen.lab.metric;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CancellationException;
import resgen.codec.Media;

/**
 * A way to measure generated media; each is one file. Results have a row for each of its numbers,
 * so a new metric changes no other file: it is given to a {@link resgen.lab.Benchmark}, or listed
 * in {@code META-INF/services/resgen.lab.metric.Metric} to be found by its name.
 *
 * @param <X> the media that it measures
 */
public interface Metric<X extends Media<X>> {

  /** What an experiment's file calls it: the id of its first number. */
  String name();

  /** What the number is, in a sentence or two, as a table shows it below. */
  String definition();

  /**
   * Measures. An interrupt of the thread should end long work and stay set.
   *
   * @return nothing if there are too few samples, or what is needed is missing
   * @throws CancellationException if interrupted
   */
  List<Measured> measure(Evidence<X> evidence);

  /** What can be measured in an instant, for an evaluation that was interrupted; else nothing. */
  default List<Measured> instantly(Evidence<X> evidence) {
    return List.of();
  }

  /**
   * The usual metrics: Fréchet distance, kernel distance, precision, recall, class accuracy, R with
   * its floors, and the cost.
   */
  static <X extends Media<X>> List<Metric<X>> standard() {
    return List.of(
        new FrechetMetric<>(),
        new KernelMetric<>(),
        new PrecisionMetric<>(),
        new RecallMetric<>(),
        new AccuracyMetric<>(),
        new RelativeMetric<>(),
        new CostMetric<>());
  }

  /**
   * Metrics by their names, the usual ones and those that the class path brings.
   *
   * @throws IllegalArgumentException naming one that there is not, and those there are
   */
  @SuppressWarnings("unchecked") // a service says by its name what it measures
  static <X extends Media<X>> List<Metric<X>> named(List<String> names) {
    Map<String, Metric<X>> all = new LinkedHashMap<>();
    Metric.<X>standard().forEach(metric -> all.put(metric.name(), metric));
    ServiceLoader.load(Metric.class).forEach(metric -> all.put(metric.name(), metric));
    List<Metric<X>> chosen = new ArrayList<>();
    for (String name : names) {
      Metric<X> metric = all.get(name);
      if (metric == null) {
        throw new IllegalArgumentException(
            "no metric '%s'; there are %s".formatted(name, String.join(", ", all.keySet())));
      }
      chosen.add(metric);
    }
    return chosen;
  }

  /**
   * All numbers of some metrics, in their order. What an interrupt of the thread leaves no time for
   * is left out; the interrupt stays set.
   *
   * @param instantly whether only what takes no time is wanted
   */
  static <X extends Media<X>> List<Measured> all(
      List<Metric<X>> metrics, Evidence<X> evidence, boolean instantly) {
    List<Measured> found = new ArrayList<>();
    for (Metric<X> metric : metrics) {
      if (instantly || Thread.currentThread().isInterrupted()) {
        found.addAll(metric.instantly(evidence));
      } else {
        try {
          found.addAll(metric.measure(evidence));
        } catch (CancellationException e) {
          found.addAll(metric.instantly(evidence));
        }
      }
    }
    return found;
  }
}
