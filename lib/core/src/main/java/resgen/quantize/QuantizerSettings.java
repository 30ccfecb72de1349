package resgen.quantize;

import resgen.settings.Range;

/**
 * Settings of a residual quantizer.
 *
 * @param depth D, how many codebooks, 1 to 72
 * @param codes V, entries of each
 * @param dimension H
 * @param update how codebooks learn
 * @param decay of their moving averages, in (0, 1)
 * @param kmeans true to start them from k-means of latents, false from scaled random directions
 * @param restartBelow with {@link Update#EMA}: a code whose average share of a batch falls below
 *     this part of a uniform share is moved onto a residual of the batch; 0 for never
 */
public record QuantizerSettings(
    int depth,
    int codes,
    int dimension,
    Update update,
    double decay,
    boolean kmeans,
    double restartBelow) {

  /** How codebooks learn. */
  public enum Update {
    /** Probabilistic RVQ: responsibilities of all codes for all residuals. */
    PROBABILISTIC,
    /** Moving averages of the residuals assigned to each code, with restart of dead codes. */
    EMA
  }

  public QuantizerSettings {
    Range.check("depth", depth, 1, 72);
    Range.check("codes", codes, 2, 65_536);
    Range.check("dimension", dimension, 1, 65_536);
    if (!(decay > 0 && decay < 1)) {
      throw new IllegalArgumentException("decay " + decay + " is not in (0, 1)");
    }
    if (!(restartBelow >= 0 && restartBelow < 1)) {
      throw new IllegalArgumentException("restartBelow " + restartBelow + " is not in [0, 1)");
    }
  }

  /** The same with so many codebooks. */
  public QuantizerSettings depth(int other) {
    return new QuantizerSettings(other, codes, dimension, update, decay, kmeans, restartBelow);
  }

  /** The same with so many entries of each. */
  public QuantizerSettings codes(int other) {
    return new QuantizerSettings(depth, other, dimension, update, decay, kmeans, restartBelow);
  }

  /** The same with codes of another dimension. */
  public QuantizerSettings dimension(int other) {
    return new QuantizerSettings(depth, codes, other, update, decay, kmeans, restartBelow);
  }

  /** The same with another way in which codebooks learn. */
  public QuantizerSettings update(Update other) {
    return new QuantizerSettings(depth, codes, dimension, other, decay, kmeans, restartBelow);
  }

  /** The same with another decay of their averages. */
  public QuantizerSettings decay(double other) {
    return new QuantizerSettings(depth, codes, dimension, update, other, kmeans, restartBelow);
  }

  /** The same with a start from k-means, or from random directions. */
  public QuantizerSettings kmeans(boolean other) {
    return new QuantizerSettings(depth, codes, dimension, update, decay, other, restartBelow);
  }

  /** The same with another share below which a code is moved. */
  public QuantizerSettings restartBelow(double other) {
    return new QuantizerSettings(depth, codes, dimension, update, decay, kmeans, other);
  }

  /** Probabilistic RVQ from a k-means start. */
  public static QuantizerSettings probabilistic(int depth, int codes, int dimension) {
    return new QuantizerSettings(depth, codes, dimension, Update.PROBABILISTIC, 0.99, true, 0);
  }

  /** EMA-VQ from a k-means start with dead-code restart. */
  public static QuantizerSettings ema(int depth, int codes, int dimension) {
    return new QuantizerSettings(depth, codes, dimension, Update.EMA, 0.99, true, 0.03);
  }
}
