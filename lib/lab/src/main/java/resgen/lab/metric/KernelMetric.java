package resgen.lab.metric;

import java.util.List;
import java.util.Optional;
import resgen.codec.Media;

/** {@link KernelDistance The kernel distance}, where samples are few. */
public final class KernelMetric<X extends Media<X>> implements Metric<X> {

  /** The id of its number. */
  public static final String ID = "kernel";

  private static final KernelDistance.Settings SETTINGS = new KernelDistance.Settings(50, 1000, 0);

  @Override
  public String name() {
    return ID;
  }

  @Override
  public String definition() {
    return "The squared maximum mean discrepancy between features of samples and of real media,"
        + " with the kernel (x·y/d + 1)³, over 50 subsets of 1,000. 0 is best; unlike the Fréchet"
        + " distance it has no bias when samples are few, so it is measured below 10,000 of them."
        + " By the features of Inception it is called KID.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    if (e.samples() < 2 || e.samples() >= FrechetMetric.ENOUGH) {
      return List.of();
    }
    KernelDistance k = KernelDistance.of(e.features(), e.reference().features(), SETTINGS);
    return List.of(
        new Measured(
            ID,
            e.extractor().kernelMetric(),
            k.mean(),
            k.deviation(),
            Measured.format(
                "± %.2g over %d subsets of %d; 0 is best, without bias",
                k.deviation(), k.subsets(), k.subsetSize()),
            Optional.of(k)));
  }
}
