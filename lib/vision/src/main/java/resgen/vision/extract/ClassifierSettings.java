package resgen.vision.extract;

import java.util.List;
import resgen.settings.Range;
import resgen.torch.Precision;

/**
 * Settings of the small classifier whose features are compared.
 *
 * @param size height and width of the images that it works at
 * @param widths channels after each halving of the extent
 * @param groups groups of the norms; divides every width
 * @param features length of a feature vector
 * @param shift largest random shift in training, in pixels either way
 * @param erase probability that a random rectangle is erased in training
 * @param precision of matrix products in training: fp32, bf16 or auto; features are always fp32
 */
public record ClassifierSettings(
    int size,
    List<Integer> widths,
    int groups,
    int features,
    int shift,
    double erase,
    String precision) {

  /** Checks the settings. */
  public ClassifierSettings {
    widths = List.copyOf(widths);
    Range.check("size", size, 1, 4096);
    Range.check("features", features, 1, 65_536);
    if (widths.isEmpty() || size < 1 << widths.size()) {
      throw new IllegalArgumentException(
          "widths " + widths + " must be at least one, and no more than size " + size + " allows");
    }
    Range.check("groups", groups, 1, 65_536);
    for (int width : widths) {
      Range.check("width", width, 1, 65_536);
      if (width < groups || width % groups != 0) {
        throw new IllegalArgumentException(
            "width " + width + " is not a multiple of groups " + groups);
      }
    }
    if (shift < 0 || shift >= size) {
      throw new IllegalArgumentException("shift " + shift + " is not in 0.." + (size - 1));
    }
    if (!(erase >= 0 && erase <= 1)) {
      throw new IllegalArgumentException("erase " + erase + " is not in [0, 1]");
    }
  }

  /** For Fashion-MNIST: 128 features, about 340,000 parameters. */
  public static ClassifierSettings fashion() {
    return new ClassifierSettings(28, List.of(32, 64, 64), 8, 128, 1, 0.25, "auto");
  }

  /**
   * For images of one's own, scaled to 32×32: 64 features, as such sets are small; float32, so that
   * the training does not depend on what the machine is fastest at.
   */
  public static ClassifierSettings own() {
    return new ClassifierSettings(32, List.of(16, 32, 64), 8, 64, 2, 0.25, "fp32");
  }

  /** With the precision that "auto" stands for on this machine. */
  public ClassifierSettings resolved() {
    return precision(Precision.of(precision).label());
  }

  /** With another precision in training. */
  public ClassifierSettings precision(String label) {
    return new ClassifierSettings(size, widths, groups, features, shift, erase, label);
  }

  /** For tests: seconds. */
  public static ClassifierSettings tiny() {
    return new ClassifierSettings(28, List.of(8, 8), 4, 16, 0, 0, "fp32");
  }
}
