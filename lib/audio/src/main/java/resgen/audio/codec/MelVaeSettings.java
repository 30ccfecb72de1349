package resgen.audio.codec;

import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import resgen.audio.MelSettings;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Range;
import resgen.torch.Precision;

/**
 * Settings of a {@link MelCodec}: a convolutional autoencoder of log-mel spectrograms with a
 * residual quantizer.
 *
 * @param mel of the spectrograms
 * @param widths channels at the frame rate, at half of it, and so on; one halving more leads to the
 *     latents, so that a position stands for 2^n frames of n widths
 * @param blocks residual blocks at each width
 * @param groups of the group norms
 * @param refine ConvNeXt blocks at the decoder's end
 * @param positions the most of an utterance
 * @param quantizer of the latents
 * @param commitment weight of the latents' distance to what codes stand for, averaged over depths
 * @param quantizeFrom share of the training after which latents are quantized
 * @param crop frames of a training sample, a multiple of the stride
 * @param precision of matrix products in training: fp32, bf16 or auto
 */
public record MelVaeSettings(
    MelSettings mel,
    List<Integer> widths,
    int blocks,
    int groups,
    int refine,
    int positions,
    QuantizerSettings quantizer,
    double commitment,
    double quantizeFrom,
    int crop,
    String precision) {

  public MelVaeSettings {
    widths = List.copyOf(widths);
    Range.check("number of widths", widths.size(), 1, 8);
    Range.check("blocks", blocks, 0, 64);
    Range.check("refine", refine, 0, 64);
    Range.check("groups", groups, 1, 1024);
    Range.check("positions", positions, 1, 1 << 15);
    for (int width : widths) {
      Range.check("width", width, 1, 65_536);
      if (width % groups != 0) {
        throw new IllegalArgumentException(
            "width " + width + " is not a multiple of groups " + groups);
      }
    }
    if (!(commitment >= 0) || !(quantizeFrom >= 0 && quantizeFrom < 1)) {
      throw new IllegalArgumentException(
          "commitment %s must be at least 0 and quantizeFrom %s in [0, 1)"
              .formatted(commitment, quantizeFrom));
    }
    Range.check("crop", crop, 1 << widths.size(), 1 << 15);
    if (crop % (1 << widths.size()) != 0) {
      throw new IllegalArgumentException(
          "crop %d is not a multiple of the stride %d".formatted(crop, 1 << widths.size()));
    }
    Precision.of(precision);
  }

  /** 16 kHz, 10 positions a second, depth 32 of 256 codes of dimension 128; 4.6 M parameters. */
  public static MelVaeSettings small() {
    return new MelVaeSettings(
        MelSettings.small(),
        List.of(128, 192, 256),
        2,
        8,
        4,
        72,
        QuantizerSettings.ema(32, 256, 128),
        0.25,
        0,
        128,
        "auto");
  }

  /** 22.05 kHz, 10.77 positions a second, depth 32 of 1024 codes of dimension 512. */
  public static MelVaeSettings paper() {
    return new MelVaeSettings(
        MelSettings.paper(),
        List.of(512, 768, 1024),
        3,
        8,
        8,
        323,
        QuantizerSettings.probabilistic(32, 1024, 512).decay(0.999),
        0.25,
        0,
        128,
        "auto");
  }

  /**
   * For tests. Channels are multiples of 16: libtorch's convolutions of others have given values
   * that are not finite now and then, on a processor with AVX-512.
   */
  public static MelVaeSettings tiny() {
    return new MelVaeSettings(
        new MelSettings(16_000, 1024, 800, 200, 16, 0, 8000, 1e-5),
        List.of(16, 32, 32),
        1,
        4,
        1,
        72,
        QuantizerSettings.ema(4, 16, 16),
        0.25,
        0,
        64,
        "fp32");
  }

  /** Settings by name. */
  public static Map<String, Supplier<MelVaeSettings>> presets() {
    return Map.of(
        "tiny",
        MelVaeSettings::tiny,
        "small",
        MelVaeSettings::small,
        "paper",
        MelVaeSettings::paper);
  }

  /** Frames that a position stands for. */
  public int stride() {
    return 1 << widths.size();
  }
}
