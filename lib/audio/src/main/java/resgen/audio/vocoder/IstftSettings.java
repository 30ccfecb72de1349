package resgen.audio.vocoder;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import resgen.audio.MelScale;
import resgen.audio.MelScales;
import resgen.audio.MelSettings;
import resgen.settings.Range;
import resgen.torch.Precision;

/**
 * Settings of an {@link IstftVocoder}.
 *
 * @param mel of the spectrograms
 * @param width channels, a multiple of 16
 * @param blocks ConvNeXt blocks
 * @param expansion how many times wider blocks are inside
 * @param kernel frames that a block's depthwise convolution reads, odd
 * @param scales log-mel spectrograms whose mean absolute error is learned from, averaged over them
 * @param crop frames of a training sample, at least 8
 * @param precision of matrix products in training: fp32, bf16 or auto
 */
public record IstftSettings(
    MelSettings mel,
    int width,
    int blocks,
    int expansion,
    int kernel,
    List<MelScale> scales,
    int crop,
    String precision) {

  private static final List<MelScale> SCALES =
      List.of(
          new MelScale(10, 128),
          new MelScale(20, 256),
          new MelScale(40, 512),
          new MelScale(80, 1024),
          new MelScale(160, 2048));

  public IstftSettings {
    scales = List.copyOf(scales);
    Range.check("width", width, 16, 65_536);
    Range.require(width % 16 == 0, "width", width, "a multiple of 16");
    Range.check("blocks", blocks, 0, 64);
    Range.check("expansion", expansion, 1, 64);
    Range.check("kernel", kernel, 1, 63);
    Range.require(kernel % 2 == 1, "kernel", kernel, "odd");
    MelScales.check(scales, mel.rate());
    Range.check("crop", crop, 8, 1 << 15);
    Precision.of(precision);
  }

  /** For 16 kHz and the spectrograms of small codecs: 192 channels, 4 blocks; 1.2 M parameters. */
  public static IstftSettings small() {
    return new IstftSettings(MelSettings.small(), 192, 4, 3, 7, SCALES, 65, "auto");
  }

  /** 22.05 kHz, 512 channels, 8 blocks; 13.5 M parameters, the size that Vocos was published in. */
  public static IstftSettings large() {
    return new IstftSettings(MelSettings.paper(), 512, 8, 3, 7, SCALES, 65, "auto");
  }

  /** For tests. */
  public static IstftSettings tiny() {
    return new IstftSettings(
        new MelSettings(16_000, 1024, 800, 200, 16, 0, 8000, 1e-5),
        32,
        1,
        2,
        7,
        List.of(new MelScale(20, 512)),
        17,
        "fp32");
  }

  /** Settings by name. */
  public static Map<String, Supplier<IstftSettings>> presets() {
    Map<String, Supplier<IstftSettings>> all = new LinkedHashMap<>();
    all.put("tiny", IstftSettings::tiny);
    all.put("small", IstftSettings::small);
    all.put("large", IstftSettings::large);
    return all;
  }
}
