package resgen.lab.metric;

import java.util.Optional;

/**
 * The usual numbers of a {@link Report} by name. A number that could not be had, for want of
 * samples or of time, is empty.
 *
 * @param distance the Fréchet distance to the reference
 * @param deviation how far the distance would move with other samples, see {@link Bootstrap}
 * @param kernel the kernel distance, where samples are too few for the other's bias to be small
 * @param precision the share of samples in the manifold of the real ones
 * @param recall the share of real ones in the manifold of the samples
 * @param accuracy how often the class asked for is seen, if the extractor knows the classes
 */
public record Comparison(
    Optional<Double> distance,
    Optional<Double> deviation,
    Optional<KernelDistance> kernel,
    Optional<Double> precision,
    Optional<Double> recall,
    Optional<ClassAccuracy> accuracy) {

  static Comparison of(Report report) {
    return new Comparison(
        report.value(FrechetMetric.ID),
        report.deviation(FrechetMetric.ID),
        report.detail(KernelDistance.class),
        report.value("precision"),
        report.value("recall"),
        report.detail(ClassAccuracy.class));
  }
}
