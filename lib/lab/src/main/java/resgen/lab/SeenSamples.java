package resgen.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import resgen.Samples;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.token.Condition;
import resgen.vision.Images;

/** What an extractor says of samples, batch by batch as they are made. */
final class SeenSamples implements Samples.Listener {

  private final Extractor<Images> network;
  private final Images like;
  private final List<Extraction> parts = new ArrayList<>();
  private int count;
  private boolean stopped;

  /**
   * Nothing seen yet.
   *
   * @param like images that the samples must be as large as
   */
  SeenSamples(Extractor<Images> network, Images like) {
    this.network = network;
    this.like = like;
  }

  /**
   * {@inheritDoc} An interrupt ends the seeing, and stays set for the sampler.
   *
   * @throws IllegalArgumentException if the samples are of another size or of other classes than
   *     the reference
   */
  @Override
  public void made(int done, Media<?> made) {
    Images some = (Images) made;
    check(some);
    if (stopped) {
      return;
    }
    try {
      parts.add(network.extract(some));
      count += some.size();
    } catch (CancellationException e) {
      stopped = true;
    }
  }

  private void check(Images made) {
    if (made.channels() != like.channels()
        || made.height() != like.height()
        || made.width() != like.width()) {
      throw new IllegalArgumentException(
          "the model makes images of %d×%d×%d, but %s has %d×%d×%d"
              .formatted(
                  made.channels(),
                  made.height(),
                  made.width(),
                  like.name(),
                  like.channels(),
                  like.height(),
                  like.width()));
    }
    Condition.Classes.requireSame("the model", made.classNames(), like.name(), like.classNames());
  }

  /** How many samples, the first ones, were seen. */
  int count() {
    return count;
  }

  /** Whether an interrupt left out samples that were made. */
  boolean stopped() {
    return stopped;
  }

  /**
   * What was said of all of them.
   *
   * @throws IllegalArgumentException if none were seen
   */
  Extraction extraction() {
    return Extraction.concat(parts);
  }
}
