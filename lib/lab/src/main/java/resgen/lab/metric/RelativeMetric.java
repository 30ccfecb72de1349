package resgen.lab.metric;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.codec.Media;

/** R, and the {@link Floors} that it is made of. */
public final class RelativeMetric<X extends Media<X>> implements Metric<X> {

  private static final long SEED = 0;

  /**
   * R and what it was computed from.
   *
   * @param distance of the first samples, as many as the floors have
   * @param floors by the same extractor, with the same reference and number of samples
   */
  public record Relative(double distance, Floors floors) {
    /** {@link Floors#relative}. */
    public double r() {
      return floors.relative(distance);
    }
  }

  @Override
  public String name() {
    return "r";
  }

  @Override
  public String definition() {
    return "R = (FD of samples − FD of reconstructions) / (FD of shuffled tokens − FD of"
        + " reconstructions): where the samples lie between held-out media that went through the"
        + " tokenizer and back (0, the best that a generator on these tokens can be expected to"
        + " reach) and tokens that are each drawn from a random training example of the class,"
        + " whatever stands beside them (1, what a generator reaches without any context). It does"
        + " not depend on the extractor's scale.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    if (e.heldOut().isEmpty() || e.samples() < 2) {
      return List.of();
    }
    X unseen = e.heldOut().get();
    int count =
        IntStream.of(Floors.SAMPLES, e.asked(), e.samples(), unseen.size()).min().getAsInt();
    Floors floors = Floors.of(e.codec(), e.reference(), unseen, e.extractor(), count, SEED);
    double distance =
        Frechet.distance(Moments.of(e.generated().take(count).features()), e.reference().moments());
    Relative relative = new Relative(distance, floors);
    return List.of(
        new Measured(
            name(),
            "R",
            relative.r(),
            Double.NaN,
            Measured.format(
                "(%.3f − reconstruction) / (shuffled − reconstruction), %,d samples each",
                distance, count),
            Optional.of(relative)),
        Measured.of(
            "floor_real",
            "floor: real",
            floors.real(),
            Measured.format("%,d held-out ones", count)),
        Measured.of(
            "floor_reconstruction",
            "floor: reconstruction",
            floors.reconstruction(),
            "the same through the tokenizer"),
        Measured.of(
            "shuffled",
            "baseline: shuffled",
            floors.shuffled(),
            "each position from a random example of the class: no context"));
  }
}
