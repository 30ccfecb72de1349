package resgen.lab.metric;

import java.util.List;
import resgen.codec.Media;

/** {@link ClassAccuracy How often} a sample is seen as the class that it was asked for. */
public final class AccuracyMetric<X extends Media<X>> implements Metric<X> {

  @Override
  public String name() {
    return "class_accuracy";
  }

  @Override
  public String definition() {
    return "The share of samples that the extractor's classifier sees as the class that they were"
        + " asked for; measured only if it knows the classes of the real media.";
  }

  @Override
  public List<Measured> measure(Evidence<X> e) {
    return instantly(e);
  }

  @Override
  public List<Measured> instantly(Evidence<X> e) {
    List<String> names = e.extractor().classNames();
    if (names.isEmpty() || !names.equals(e.reference().classNames())) {
      return List.of();
    }
    return e
        .generated()
        .classes()
        .map(seen -> ClassAccuracy.of(e.wanted(), seen, names))
        .map(
            found ->
                Measured.of(
                        name(),
                        "class accuracy",
                        found.accuracy(),
                        "seen by " + e.extractor().name() + " as what was asked for")
                    .with(found))
        .stream()
        .toList();
  }
}
