package resgen.audio.codec;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import resgen.audio.MelSettings;
import resgen.quantize.QuantizerSettings;
import resgen.settings.Range;

/**
 * Settings of a {@link LinearCodec}.
 *
 * @param mel of the spectrograms
 * @param stride frames that one position stands for
 * @param positions the most of an utterance
 * @param dimension H, principal components that are kept
 * @param depth D, codes of a position
 * @param codes V, of each depth
 */
public record LinearSettings(
    MelSettings mel, int stride, int positions, int dimension, int depth, int codes) {

  public LinearSettings {
    Range.check("stride", stride, 1, 64);
    Range.check("positions", positions, 1, 1 << 15);
    Range.check("dimension", dimension, 1, stride * mel.mels());
    Range.check("depth", depth, 1, 72);
    Range.check("codes", codes, 2, 65_536);
  }

  /** 10 positions a second of depth 32, 256 codes of dimension 128; up to 7.2 s. */
  public static LinearSettings small() {
    return new LinearSettings(MelSettings.small(), 8, 72, 128, 32, 256);
  }

  /** For tests. */
  public static LinearSettings tiny() {
    MelSettings mel = new MelSettings(16_000, 1024, 800, 200, 20, 0, 8000, 1e-5);
    return new LinearSettings(mel, 8, 72, 16, 4, 16);
  }

  /** All presets by name. */
  public static Map<String, Supplier<LinearSettings>> presets() {
    Map<String, Supplier<LinearSettings>> all = new LinkedHashMap<>();
    all.put("tiny", LinearSettings::tiny);
    all.put("small", LinearSettings::small);
    return all;
  }

  /** The quantizer's. */
  QuantizerSettings quantizer() {
    return QuantizerSettings.ema(depth, codes, dimension);
  }
}
