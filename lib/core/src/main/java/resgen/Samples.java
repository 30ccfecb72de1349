package resgen;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import resgen.data.ImageGrid;
import resgen.data.Images;
import resgen.data.Labels;
import resgen.rvq.Codes;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
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

  private static final int ZOOM = 2;
  private static final int COLUMNS = 10;

  public Samples {
    trajectories = List.copyOf(trajectories);
  }

  /** Draws tokens and decodes those that were finished. */
  static Samples draw(
      TokenSampler sampler,
      Labels labels,
      Sampling settings,
      Generator model,
      IntConsumer progress) {
    long start = System.nanoTime();
    TokenSampler.Result made = sampler.sample(labels, 0, progress);
    long middle = System.nanoTime();
    Codes codes = made.codes();
    return new Samples(
        decoded(codes, labels.range(0, codes.size()).toArray(), model),
        codes,
        settings,
        made.calls(),
        (middle - start) / 1e9,
        (System.nanoTime() - middle) / 1e9,
        made.trajectories(),
        made.interrupted());
  }

  /** The images; those of the model's null class have a class of its own, after all others. */
  private static Images decoded(Codes codes, int[] labels, Generator model) {
    Images images = model.tokenizer().decode(codes, new int[codes.size()]);
    int none = model.shape().nullClass();
    List<String> names = new ArrayList<>(images.classNames());
    if (IntStream.of(labels).anyMatch(label -> label == none)) {
      names.add(NO_CLASS);
    }
    int[] named = IntStream.of(labels).map(l -> l == none ? names.size() - 1 : l).toArray();
    return Images.of(
        images.name(),
        images.channels(),
        images.height(),
        images.width(),
        IntStream.range(0, images.size()).mapToObj(images::pixels).toArray(byte[][]::new),
        named,
        names);
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
