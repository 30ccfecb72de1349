package resgen;

import java.awt.image.BufferedImage;
import java.util.List;
import resgen.codec.Media;
import resgen.sample.Sampling;
import resgen.sample.Trajectory;
import resgen.token.Codes;
import resgen.token.Condition;

/**
 * Generated media, with how they came about.
 *
 * @param media decoded, with the conditions that were asked for
 * @param codes their tokens
 * @param settings how they were sampled
 * @param networkCalls sequential network calls per sample
 * @param generateSeconds for the tokens of all of them
 * @param decodeSeconds for decoding all of them
 * @param trajectories how each was unmasked; empty unless asked for
 * @param interrupted whether sampling was stopped before all that were asked for were made
 */
public record Samples(
    Media<?> media,
    Codes codes,
    Sampling settings,
    int networkCalls,
    double generateSeconds,
    double decodeSeconds,
    List<Trajectory> trajectories,
    boolean interrupted) {

  /** Told of samples as they are made, on the thread that makes them. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Some more samples are finished.
     *
     * @param done how many there are with them
     * @param some the new ones, with the conditions that were asked for
     */
    void made(int done, Media<?> some);
  }

  /**
   * How samples came about that were not kept.
   *
   * @param size how many were finished
   * @param networkCalls sequential network calls per sample
   * @param generateSeconds for the tokens of all of them
   * @param decodeSeconds for decoding all of them
   * @param interrupted whether sampling was stopped before all that were asked for were made
   */
  public record Streamed(
      int size,
      int networkCalls,
      double generateSeconds,
      double decodeSeconds,
      boolean interrupted) {}

  public Samples {
    trajectories = List.copyOf(trajectories);
  }

  /** How many there are. */
  public int size() {
    return media.size();
  }

  /** What each was asked for as. */
  public Condition conditions() {
    return media.conditions();
  }

  /**
   * The media as their own type.
   *
   * @throws IllegalArgumentException if they are of another
   */
  public <X extends Media<X>> X as(Class<X> type) {
    if (!type.isInstance(media)) {
      throw new IllegalArgumentException(
          "these samples are %s, not %s"
              .formatted(media.getClass().getSimpleName(), type.getSimpleName()));
    }
    return type.cast(media);
  }

  /** A picture of some samples: of images, a row of up to ten for each class. */
  public BufferedImage grid() {
    return media.preview();
  }

  /** The picture that a notebook shows. */
  public BufferedImage toImage() {
    return grid();
  }

  @Override
  public String toString() {
    return "%,d samples, %d network calls each, %.1f s%s"
        .formatted(
            size(),
            networkCalls,
            generateSeconds + decodeSeconds,
            interrupted ? ", interrupted" : "");
  }
}
