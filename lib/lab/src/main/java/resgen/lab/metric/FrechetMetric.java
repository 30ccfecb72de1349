package resgen.lab.metric;

import java.util.List;
import java.util.Optional;
import resgen.codec.Media;

/** {@link Frechet The Fréchet distance} between the features of samples and of real media. */
public final class FrechetMetric<X extends Media<X>> implements Metric<X> {

  /** The id of its number. */
  public static final String ID = "distance";

  /** From this many samples on, the distance stands alone: its bias is small. */
  public static final int ENOUGH = 10_000;

  /** Between features wider than this, the distance takes more than an instant. */
  public static final int NARROW = 256;

  @Override
  public String name() {
    return ID;
  }

  @Override
  public String definition() {
    return "The Fréchet distance between two normal distributions, one fitted to an extractor's"
        + " features of the samples and one to those of the real media: |m₁ − m₂|² + tr(C₁ + C₂ −"
        + " 2(C₁C₂)^½). 0 is best. By the features of Inception it is called FID, by those of"
        + " another network FD and a name, as FD-Fashion by the project's small classifier of"
        + " Fashion-MNIST; the numbers of two networks cannot be compared. Its ± is the standard"
        + " deviation over resampled samples.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    if (e.samples() < 2) {
      return List.of();
    }
    double distance = distance(e);
    return List.of(measured(e, distance, Bootstrap.deviation(e.features(), moments(e))));
  }

  @Override
  public List<Measured> instantly(Evidence<X> e) {
    boolean possible = e.samples() >= 2 && e.features().dimension() <= NARROW;
    return possible ? List.of(measured(e, distance(e), Optional.empty())) : List.of();
  }

  private static double distance(Evidence<?> e) {
    return Frechet.distance(Moments.of(e.features()), moments(e));
  }

  private static Moments moments(Evidence<?> e) {
    return e.reference().moments();
  }

  private static Measured measured(Evidence<?> e, double distance, Optional<Double> deviation) {
    String spread =
        deviation.map(d -> Measured.format("± %.2g over resampled samples; ", d)).orElse("");
    String few = e.samples() < ENOUGH ? ", too few to compare with other counts" : "";
    return new Measured(
        ID,
        e.extractor().metric(),
        distance,
        deviation.orElse(Double.NaN),
        spread + Measured.format("0 is best; %,d samples%s", e.samples(), few),
        Optional.empty());
  }
}
