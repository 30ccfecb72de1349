package resgen.audio.codec;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import resgen.audio.MelScale;
import resgen.audio.MelScales;
import resgen.audio.MelSettings;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Range;
import resgen.torch.Precision;

/**
 * Settings of a {@link WaveCodec}: a convolutional autoencoder of the wave, through short-time
 * spectra, with a residual quantizer.
 *
 * @param mel spectrograms whose frames count the positions, and by which the codec is measured
 * @param window samples of a short-time spectrum, even and a multiple of the hop
 * @param hop samples from one to the next
 * @param widths channels of each level, the first at a frame a hop; multiples of 16
 * @param strides how many frames of a level become one of the next, the last one's of the latents
 * @param blocks ConvNeXt blocks of each level
 * @param expansion how many times wider blocks are inside
 * @param kernel frames that a block's depthwise convolution reads, odd
 * @param positions the most of an utterance
 * @param quantizer of the latents
 * @param scales log-mel spectrograms whose mean absolute error is learned from, averaged over them
 * @param error weight of that error
 * @param commitment weight of the latents' distance to what codes stand for, averaged over depths
 * @param quantizeFrom share of the training after which latents are quantized
 * @param crop samples of a training sample, whole positions
 * @param precision of matrix products in training: fp32, bf16 or auto
 */
public record WaveVaeSettings(
    MelSettings mel,
    int window,
    int hop,
    List<Integer> widths,
    List<Integer> strides,
    int blocks,
    int expansion,
    int kernel,
    int positions,
    QuantizerSettings quantizer,
    List<MelScale> scales,
    double error,
    double commitment,
    double quantizeFrom,
    int crop,
    String precision) {

  public WaveVaeSettings {
    widths = List.copyOf(widths);
    strides = List.copyOf(strides);
    scales = List.copyOf(scales);
    Range.check("hop", hop, 1, 1 << 12);
    Range.check("window", window, 4, 1 << 14);
    Range.require(
        window % 2 == 0 && window % hop == 0 && window >= 2 * hop,
        "window",
        window,
        "even, and a multiple, at least twice, of the hop " + hop);
    Range.check("number of widths", widths.size(), 1, 8);
    Range.require(
        strides.size() == widths.size(), "strides", strides, "as many as widths, " + widths);
    widths.forEach(width -> Range.check("width", width, 16, 65_536));
    widths.forEach(width -> Range.require(width % 16 == 0, "width", width, "a multiple of 16"));
    strides.forEach(stride -> Range.check("stride", stride, 1, 64));
    Range.check("blocks", blocks, 0, 64);
    Range.check("expansion", expansion, 1, 64);
    Range.check("kernel", kernel, 1, 63);
    Range.require(kernel % 2 == 1, "kernel", kernel, "odd");
    Range.check("positions", positions, 1, 1 << 15);
    MelScales.check(scales, mel.rate());
    Range.require(error > 0 && Double.isFinite(error), "error", error, "finite and more than 0");
    Range.require(
        commitment >= 0 && Double.isFinite(commitment),
        "commitment",
        commitment,
        "finite and at least 0");
    Range.require(quantizeFrom >= 0 && quantizeFrom < 1, "quantizeFrom", quantizeFrom, "in [0, 1)");
    long samples = hop;
    for (int stride : strides) {
      samples *= stride;
    }
    Range.require(
        samples <= 1 << 20 && samples % mel.hop() == 0,
        "hop times strides",
        samples,
        "a multiple of the spectrogram's hop %d and at most %,d".formatted(mel.hop(), 1 << 20));
    Range.check("crop", crop, 1, 1 << 24);
    Range.require(
        crop % samples == 0,
        "crop",
        crop,
        "a multiple of a position's %d samples".formatted(samples));
    Precision.of(precision);
  }

  /**
   * 16 kHz, 10 positions a second, depth 32 of 256 codes of dimension 128; 5.1 M parameters. Its
   * rate is that of {@link MelVaeSettings#small}.
   */
  public static WaveVaeSettings small() {
    return new WaveVaeSettings(
        MelSettings.small(),
        32,
        8,
        List.of(64, 128, 256),
        List.of(5, 5, 8),
        3,
        4,
        7,
        72,
        QuantizerSettings.ema(32, 256, 128),
        List.of(
            new MelScale(10, 128),
            new MelScale(20, 256),
            new MelScale(40, 512),
            new MelScale(80, 1024)),
        15,
        0.25,
        0,
        12_800,
        "auto");
  }

  /**
   * The paper's: 44.1 kHz, 10.77 positions a second, depth 72 of 1024 codes of dimension 512;
   * 185,079,552 parameters without codebooks. Scales and weights are those of the Descript audio
   * codec.
   */
  public static WaveVaeSettings paper() {
    return new WaveVaeSettings(
        new MelSettings(44_100, 2048, 2048, 512, 80, 0, 22_050, 1e-5),
        32,
        8,
        List.of(384, 768, 1536),
        List.of(8, 8, 8),
        3,
        4,
        7,
        323,
        QuantizerSettings.probabilistic(72, 1024, 512).decay(0.999),
        List.of(
            new MelScale(5, 32),
            new MelScale(10, 64),
            new MelScale(20, 128),
            new MelScale(40, 256),
            new MelScale(80, 512),
            new MelScale(160, 1024),
            new MelScale(320, 2048)),
        15,
        0.25,
        0,
        16_384,
        "auto");
  }

  /** For tests: 10 positions a second. */
  public static WaveVaeSettings tiny() {
    return new WaveVaeSettings(
        new MelSettings(16_000, 1024, 800, 200, 16, 0, 8000, 1e-5),
        32,
        8,
        List.of(16, 32, 32),
        List.of(5, 5, 8),
        1,
        2,
        7,
        72,
        QuantizerSettings.ema(4, 16, 16),
        List.of(new MelScale(10, 128), new MelScale(20, 512)),
        15,
        0.25,
        0,
        6_400,
        "fp32");
  }

  /** Settings by name. */
  public static Map<String, Supplier<WaveVaeSettings>> presets() {
    Map<String, Supplier<WaveVaeSettings>> all = new LinkedHashMap<>();
    all.put("tiny", WaveVaeSettings::tiny);
    all.put("small", WaveVaeSettings::small);
    all.put("paper", WaveVaeSettings::paper);
    return all;
  }

  /** Samples that a position stands for. */
  public int samples() {
    return strides.stream().reduce(hop, (a, b) -> a * b);
  }

  /** Frames of the spectrogram that a position stands for. */
  public int stride() {
    return samples() / mel.hop();
  }
}
