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

  /** Probabilistic RVQ from a k-means start. */
  public static QuantizerSettings probabilistic(int depth, int codes, int dimension) {
    return new QuantizerSettings(depth, codes, dimension, Update.PROBABILISTIC, 0.99, true, 0);
  }

  /** EMA-VQ from a k-means start with dead-code restart. */
  public static QuantizerSettings ema(int depth, int codes, int dimension) {
    return new QuantizerSettings(depth, codes, dimension, Update.EMA, 0.99, true, 0.03);
  }
}
