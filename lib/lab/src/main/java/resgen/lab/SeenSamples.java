package resgen.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import resgen.Samples;
import resgen.codec.Extraction;
import resgen.codec.Extractor;
import resgen.codec.Media;
import resgen.token.Condition;

/** What an extractor says of samples, batch by batch as they are made. */
final class SeenSamples<X extends Media<X>> implements Samples.Listener {

  private final Extractor<X> network;
  private final X like;
  private final List<Extraction> parts = new ArrayList<>();
  private int count;
  private boolean stopped;

  /**
   * Nothing seen yet.
   *
   * @param like media of whose type and shape the samples must be
   */
  SeenSamples(Extractor<X> network, X like) {
    this.network = network;
    this.like = like;
  }

  /** The type of the media. */
  @SuppressWarnings("unchecked") // media are of their own type
  Class<X> type() {
    return (Class<X>) like.getClass();
  }

  /**
   * {@inheritDoc} An interrupt ends the seeing, and stays set for the sampler.
   *
   * @throws IllegalArgumentException if the samples are of another type or shape than the
   *     reference, or of other classes
   */
  @Override
  public void made(int done, Media<?> made) {
    if (!type().isInstance(made) || !made.shape().equals(like.shape())) {
      throw new IllegalArgumentException(
          "the model makes %s, but %s has %s".formatted(words(made), like.name(), words(like)));
    }
    Condition.Classes.requireSame("the model", made.conditions(), like.name(), like.conditions());
    if (stopped) {
      return;
    }
    try {
      X some = type().cast(made);
      parts.add(network.extract(some));
      count += some.size();
    } catch (CancellationException e) {
      stopped = true;
    }
  }

  private static String words(Media<?> media) {
    return (media.getClass().getSimpleName() + " of " + media.shape()).replaceFirst(" of $", "");
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
