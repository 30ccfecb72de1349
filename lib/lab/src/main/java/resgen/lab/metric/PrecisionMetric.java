package resgen.lab.metric;

import java.util.List;
import resgen.codec.Media;

/** The precision of {@link PrecisionRecall}. */
public final class PrecisionMetric<X extends Media<X>> implements Metric<X> {

  @Override
  public String name() {
    return "precision";
  }

  @Override
  public String definition() {
    return "The share of samples whose features lie in the manifold of the real media: within the"
        + " distance of a real one to its third neighbour (Kynkäänniemi et al. 2019). At most"
        + " 5,000 of each are compared.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    return PrecisionRecall.share(e, name(), true);
  }
}
