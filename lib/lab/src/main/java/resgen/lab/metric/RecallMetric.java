package resgen.lab.metric;

import java.util.List;
import resgen.codec.Media;

/** The recall of {@link PrecisionRecall}. */
public final class RecallMetric<X extends Media<X>> implements Metric<X> {

  @Override
  public String name() {
    return "recall";
  }

  @Override
  public String definition() {
    return "The share of real media whose features lie in the manifold of the samples: within the"
        + " distance of a sample to its third neighbour (Kynkäänniemi et al. 2019). At most 5,000"
        + " of each are compared.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    return PrecisionRecall.share(e, name(), false);
  }
}
