package resgen.lab.metric;

import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.codec.Media;
import resgen.token.Labels;

/**
 * All that a {@link Metric} may look at: what was generated, and what it is compared with.
 *
 * @param reference real media
 * @param heldOut real media that no model has seen, if there are any
 * @param extractor whose features are compared
 * @param codec of the generator
 * @param generated what the extractor says of the samples
 * @param wanted the class that each sample was asked for
 * @param asked how many samples were asked for; at least as many as were made
 * @param cost what sampling took
 */
public record Evidence<X extends Media<X>>(
    Reference<X> reference,
    Optional<X> heldOut,
    Extractor<X> extractor,
    Codec<X> codec,
    Extraction generated,
    Labels wanted,
    int asked,
    Report.Cost cost) {

  /** The samples' features, a row for each. */
  public Features features() {
    return generated.features();
  }

  /** How many samples there are. */
  public int samples() {
    return features().count();
  }
}
