package resgen.vision.tokenizer;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Range;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Precision;
import resgen.vision.Images;

/**
 * Settings of a tokenizer.
 *
 * @param autoencoder its network
 * @param quantizer its residual quantizer
 * @param loss its training losses
 * @param precision {@code fp32}, {@code bf16} or {@code auto}
 */
public record TokenizerSettings(
    AutoencoderSettings autoencoder, QuantizerSettings quantizer, Loss loss, String precision) {

  private static final int LARGEST = 256;
  private static final int MOST_POSITIONS = 8;

  public TokenizerSettings {
    if (autoencoder.latent() != quantizer.dimension()) {
      throw new IllegalArgumentException(
          "the autoencoder's latent %d and the quantizer's dimension %d must be equal"
              .formatted(autoencoder.latent(), quantizer.dimension()));
    }
    Precision.check(precision);
  }

  /**
   * What a tokenizer's training minimises: mean squared error + commitment + feature distance +
   * adversarial term.
   *
   * @param commitment weight of the mean squared distance of the latent to its partial sums,
   *     averaged over the depths
   * @param feature weight of the distance in a feature extractor's space; 0 for none
   * @param adversarial weight of the hinge term of a patch discriminator, itself scaled by the
   *     ratio of gradients at the decoder's last layer; 0 for none
   * @param adversarialFrom share of the steps before the discriminator joins, in [0, 1]
   * @param quantizeFrom share of the steps in which the autoencoder trains without quantizing, in
   *     [0, 1)
   */
  public record Loss(
      double commitment,
      double feature,
      double adversarial,
      double adversarialFrom,
      double quantizeFrom) {

    public Loss {
      Range.require(commitment >= 0, "commitment", commitment, "≥ 0");
      Range.require(feature >= 0, "feature", feature, "≥ 0");
      Range.require(adversarial >= 0, "adversarial", adversarial, "≥ 0");
      Range.require(
          adversarialFrom >= 0 && adversarialFrom <= 1,
          "adversarialFrom",
          adversarialFrom,
          "in [0, 1]");
      Range.require(
          quantizeFrom >= 0 && quantizeFrom < 1, "quantizeFrom", quantizeFrom, "in [0, 1)");
    }

    /** Squared error and commitment 0.25. */
    public static Loss plain(double quantizeFrom) {
      return new Loss(0.25, 0, 0, 0.5, quantizeFrom);
    }

    /** The paper's weights (as in RQ-VAE): commitment 0.25, features 1, adversarial 0.75. */
    public static Loss paper() {
      return new Loss(0.25, 1, 0.75, 0.5, 0);
    }
  }

  /** L, the positions of an image. */
  public int positions() {
    return autoencoder.grid() * autoencoder.grid();
  }

  /** The presets by name. */
  public static Map<String, Supplier<TokenizerSettings>> presets() {
    Map<String, Supplier<TokenizerSettings>> presets = new LinkedHashMap<>();
    presets.put("tiny", TokenizerSettings::tiny);
    presets.put("small", TokenizerSettings::small);
    presets.put("cifar", TokenizerSettings::cifar);
    presets.put("paper-rvq8", () -> paper(8));
    presets.put("paper-rvq16", () -> paper(16));
    return presets;
  }

  /** Sizes for tests: 32-px grey images, 4×4 positions, depth 4, 32 codes. */
  public static TokenizerSettings tiny() {
    return new TokenizerSettings(
        new AutoencoderSettings(1, 32, List.of(8, 16, 16), 1, 4, 8),
        QuantizerSettings.ema(4, 32, 8),
        Loss.plain(0.2),
        "fp32");
  }

  /** Fashion-MNIST: 4×4 positions, depth 8, 256 codes of 24 dimensions. */
  public static TokenizerSettings small() {
    return new TokenizerSettings(
        new AutoencoderSettings(1, 32, List.of(32, 64, 128), 2, 8, 24),
        QuantizerSettings.ema(8, 256, 24),
        Loss.plain(0.2),
        "auto");
  }

  /** CIFAR-10: 4×4 positions, depth 16, 512 codes of 32 dimensions. */
  public static TokenizerSettings cifar() {
    return new TokenizerSettings(
        new AutoencoderSettings(3, 32, List.of(64, 128, 192), 2, 16, 32),
        QuantizerSettings.ema(16, 512, 32),
        Loss.plain(0.2),
        "auto");
  }

  /** The paper's grid for 256-px images: 8×8 positions, 1024 codes of 64 dimensions. */
  public static TokenizerSettings paper(int depth) {
    return new TokenizerSettings(
        new AutoencoderSettings(3, 256, List.of(128, 128, 256, 256, 512), 2, 32, 64),
        QuantizerSettings.probabilistic(depth, 1024, 64),
        Loss.paper(),
        "auto");
  }

  /**
   * The settings that fit images: those of {@link #small()} with their channels, and with a network
   * of their size, which halves it until 8×8 positions or fewer are left.
   *
   * @throws IllegalArgumentException if they are larger than 256×256
   */
  public static TokenizerSettings fitting(Images images) {
    TokenizerSettings small = small();
    int side = Math.max(images.height(), images.width());
    if (side > LARGEST) {
      throw new IllegalArgumentException(
          "%s: there are no settings for more than %d×%d".formatted(images, LARGEST, LARGEST));
    }
    List<Integer> widths = new ArrayList<>(small.autoencoder().widths());
    while (side > MOST_POSITIONS << widths.size()) {
      widths.add(widths.get(widths.size() - 1));
    }
    int factor = 1 << widths.size();
    return small.autoencoder(
        small
            .autoencoder()
            .channels(images.channels())
            .widths(widths)
            .imageSize((side + factor - 1) / factor * factor));
  }

  /** The same with another network. */
  public TokenizerSettings autoencoder(AutoencoderSettings other) {
    return new TokenizerSettings(other, quantizer, loss, precision);
  }

  /** The same with another quantizer, of the network's dimension. */
  public TokenizerSettings quantizer(QuantizerSettings other) {
    return new TokenizerSettings(autoencoder, other, loss, precision);
  }

  /** The same with other losses. */
  public TokenizerSettings loss(Loss other) {
    return new TokenizerSettings(autoencoder, quantizer, other, precision);
  }

  /** The same with matrix products in {@code fp32}, {@code bf16} or {@code auto}, the faster. */
  public TokenizerSettings precision(String label) {
    return new TokenizerSettings(autoencoder, quantizer, loss, label);
  }

  /** The same with so many depths. */
  public TokenizerSettings depth(int depth) {
    return quantizer(quantizer.depth(depth));
  }

  /** The same with so many codes a depth. */
  public TokenizerSettings codes(int codes) {
    return quantizer(quantizer.codes(codes));
  }

  /** The same with codes, and latents, of another dimension. */
  public TokenizerSettings dimension(int dimension) {
    return new TokenizerSettings(
        autoencoder.latent(dimension), quantizer.dimension(dimension), loss, precision);
  }

  /** The shape of the tokens. */
  public TokenSpec spec() {
    int side = autoencoder.grid();
    return new TokenSpec(
        new Layout.Grid(side, side), quantizer.depth(), quantizer.codes(), quantizer.dimension());
  }
}
