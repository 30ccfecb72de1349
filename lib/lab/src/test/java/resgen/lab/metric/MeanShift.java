package resgen.lab.metric;

import java.util.List;
import resgen.vision.Images;

/** A metric that a program brings: how far the mean of the first feature is off. */
public final class MeanShift implements Metric<Images> {

  @Override
  public String name() {
    return "mean_shift";
  }

  @Override
  public String definition() {
    return "The difference of the first feature's means.";
  }

  @Override
  public List<Measured> measure(Evidence<Images> e) {
    double shift = e.reference().moments().mean()[0] - Moments.of(e.features()).mean()[0];
    return List.of(Measured.of(name(), "mean shift", shift, "0 is best"));
  }
}
