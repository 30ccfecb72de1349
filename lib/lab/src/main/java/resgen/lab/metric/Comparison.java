package resgen.lab.metric;

import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import resgen.codec.Extraction;
import resgen.codec.Features;
import resgen.token.Labels;

/**
 * Generated images against real ones, by the features of one extractor. A number that could not be
 * had, for want of samples or of time, is empty.
 *
 * @param distance the Fréchet distance to the reference
 * @param deviation how far the distance would move with other samples, see {@link Bootstrap}
 * @param kernel the kernel distance, where samples are too few for the other's bias to be small
 * @param precisionRecall against as many real images as there are samples
 * @param accuracy how often the class asked for is seen, if the extractor knows the classes
 */
public record Comparison(
    Optional<Double> distance,
    Optional<Double> deviation,
    Optional<KernelDistance> kernel,
    Optional<PrecisionRecall> precisionRecall,
    Optional<ClassAccuracy> accuracy) {

  /** From this many samples on, the Fréchet distance stands alone. */
  public static final int ENOUGH = 10_000;

  /** Precision and recall compare every pair, so at most so many images of each kind. */
  public static final int MOST_PAIRED = 5_000;

  /** Between features wider than this, a Fréchet distance takes more than an instant. */
  public static final int NARROW = 256;

  private static final int NEIGHBOUR = 3;
  private static final KernelDistance.Settings KERNEL = new KernelDistance.Settings(50, 1000, 0);

  /** Nothing could be had. */
  public static Comparison none() {
    return new Comparison(
        Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
  }

  /**
   * Compares. An interrupt of the thread leaves out what has not been computed by then, and stays
   * set.
   *
   * @param generated what the extractor says of the samples
   * @param wanted the class that each sample was asked for
   * @param classNames of the extractor if it scores the samples' classes, else empty
   */
  public static Comparison of(
      Reference reference, Extraction generated, Labels wanted, List<String> classNames) {
    Features features = generated.features();
    int n = features.count();
    Optional<Double> distance =
        when(n >= 2, () -> Frechet.distance(Moments.of(features), reference.moments()));
    Optional<KernelDistance> kernel =
        when(n >= 2 && n < ENOUGH, () -> KernelDistance.of(features, reference.features(), KERNEL));
    Optional<PrecisionRecall> shares =
        when(Math.min(n, reference.count()) > NEIGHBOUR, () -> shares(reference, features));
    Optional<Double> deviation =
        distance.flatMap(d -> Bootstrap.deviation(features, reference.moments()));
    return new Comparison(
        distance, deviation, kernel, shares, accuracy(generated, wanted, classNames));
  }

  /**
   * As {@link #of}, but only what takes no time, for an evaluation that was interrupted: class
   * accuracy, and the Fréchet distance if features are at most {@value #NARROW} wide.
   */
  public static Comparison quick(
      Reference reference, Extraction generated, Labels wanted, List<String> classNames) {
    Features features = generated.features();
    boolean distance = features.count() >= 2 && features.dimension() <= NARROW;
    return new Comparison(
        when(distance, () -> Frechet.distance(Moments.of(features), reference.moments())),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        accuracy(generated, wanted, classNames));
  }

  private static Optional<ClassAccuracy> accuracy(
      Extraction generated, Labels wanted, List<String> classNames) {
    return generated
        .classes()
        .filter(seen -> !classNames.isEmpty())
        .map(seen -> ClassAccuracy.of(wanted, seen, classNames));
  }

  private static PrecisionRecall shares(Reference reference, Features features) {
    int paired = paired(features.count());
    int[] first = java.util.stream.IntStream.range(0, paired).toArray();
    return PrecisionRecall.of(reference.some(paired, 0), features.subset(first), NEIGHBOUR);
  }

  /** How many images of each kind precision and recall compare, of so many samples. */
  public static int paired(int samples) {
    return Math.min(samples, MOST_PAIRED);
  }

  private static <T> Optional<T> when(boolean possible, Supplier<T> work) {
    boolean starts = possible && !Thread.currentThread().isInterrupted();
    return starts ? Interruptible.unless(work) : Optional.empty();
  }
}
