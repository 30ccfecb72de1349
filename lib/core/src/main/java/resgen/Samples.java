package resgen;

import java.awt.image.BufferedImage;
import java.util.List;
import resgen.data.ImageGrid;
import resgen.data.Images;
import resgen.rvq.Codes;
import resgen.sample.Sampling;
import resgen.sample.Trajectory;

/**
 * Generated images, with how they came about.
 *
 * @param images decoded, labelled with the classes that were asked for
 * @param codes their tokens
 * @param settings how they were sampled
 * @param networkCalls sequential network calls per sample
 * @param generateSeconds for the tokens of all of them
 * @param decodeSeconds for the images of all of them
 * @param trajectories how each was unmasked; empty unless asked for
 * @param interrupted whether sampling was stopped before all that were asked for were made
 */
public record Samples(
    Images images,
    Codes codes,
    Sampling settings,
    int networkCalls,
    double generateSeconds,
    double decodeSeconds,
    List<Trajectory> trajectories,
    boolean interrupted) {

  /** The name of the class of samples that were asked for without one. */
  public static final String NO_CLASS = "no class";

  /** Told of samples as they are made, on the thread that makes them. */
  @FunctionalInterface
  public interface Listener {

    /**
     * Some more samples are finished.
     *
     * @param done how many there are with them
     * @param some the new ones, labelled with the classes that were asked for
     */
    void made(int done, Images some);
  }

  private static final int ZOOM = 2;
  private static final int COLUMNS = 10;

  public Samples {
    trajectories = List.copyOf(trajectories);
  }

  /** How many there are. */
  public int size() {
    return images.size();
  }

  /** Classes that were asked for; without a class, the last of the images' class names. */
  public int[] labels() {
    return images.labels();
  }

  /** A picture with a row of up to ten samples per class. */
  public BufferedImage grid() {
    return ImageGrid.byClass(images, COLUMNS, ZOOM);
  }

  /** The picture that a notebook shows. */
  public BufferedImage toImage() {
    return grid();
  }
}
