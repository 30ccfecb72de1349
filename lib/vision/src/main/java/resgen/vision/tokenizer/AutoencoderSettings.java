package resgen.vision.tokenizer;

import java.util.List;
import resgen.settings.Range;

/**
 * Sizes of the convolutional autoencoder.
 *
 * @param channels image channels, 1 or 3
 * @param imageSize height and width that it works at, a multiple of the factor; smaller images are
 *     padded
 * @param widths channels after each halving of the extent: the factor is 2^(number of widths), 4 to
 *     32
 * @param blocks residual blocks at each extent, in encoder and decoder each
 * @param groups groups of the norms; divides every width
 * @param latent H, the latent's channels and the codes' dimension
 */
public record AutoencoderSettings(
    int channels, int imageSize, List<Integer> widths, int blocks, int groups, int latent) {

  public AutoencoderSettings {
    widths = List.copyOf(widths);
    if (channels != 1 && channels != 3) {
      throw new IllegalArgumentException("channels " + channels + " is neither 1 nor 3");
    }
    if (widths.size() < 2 || widths.size() > 5) {
      throw new IllegalArgumentException(
          "widths " + widths + ": 2 to 5 of them are allowed, for a factor of 4 to 32");
    }
    Range.check("imageSize", imageSize, 1, 16_384);
    if (imageSize % (1 << widths.size()) != 0) {
      throw new IllegalArgumentException(
          "imageSize " + imageSize + " is not a multiple of the factor " + (1 << widths.size()));
    }
    for (int width : widths) {
      if (groups < 1 || width < groups || width % groups != 0) {
        throw new IllegalArgumentException(
            "width " + width + " is not a multiple of groups " + groups);
      }
      Range.check("width", width, 1, 65_536);
    }
    Range.check("blocks", blocks, 1, 1000);
    Range.check("latent", latent, 1, 65_536);
  }

  /** The same with so many image channels, 1 or 3. */
  public AutoencoderSettings channels(int other) {
    return new AutoencoderSettings(other, imageSize, widths, blocks, groups, latent);
  }

  /** The same with another height and width, a multiple of the factor. */
  public AutoencoderSettings imageSize(int other) {
    return new AutoencoderSettings(channels, other, widths, blocks, groups, latent);
  }

  /** The same with other channels after each halving. */
  public AutoencoderSettings widths(List<Integer> other) {
    return new AutoencoderSettings(channels, imageSize, other, blocks, groups, latent);
  }

  /** The same with so many residual blocks at each extent. */
  public AutoencoderSettings blocks(int other) {
    return new AutoencoderSettings(channels, imageSize, widths, other, groups, latent);
  }

  /** The same with so many groups of the norms. */
  public AutoencoderSettings groups(int other) {
    return new AutoencoderSettings(channels, imageSize, widths, blocks, other, latent);
  }

  /** The same with latents of another dimension. */
  public AutoencoderSettings latent(int other) {
    return new AutoencoderSettings(channels, imageSize, widths, blocks, groups, other);
  }

  /** How many pixels across one position covers. */
  public int factor() {
    return 1 << widths.size();
  }

  /** Positions across: the latent grid is {@code grid × grid}. */
  public int grid() {
    return imageSize / factor();
  }
}
