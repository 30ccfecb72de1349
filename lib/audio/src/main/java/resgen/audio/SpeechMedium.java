package resgen.audio;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import resgen.audio.codec.LinearRecipe;
import resgen.audio.codec.LinearSettings;
import resgen.audio.codec.MelRecipe;
import resgen.audio.codec.MelVaeSettings;
import resgen.audio.codec.SpeechCodec;
import resgen.audio.codec.WaveRecipe;
import resgen.audio.codec.WaveVaeSettings;
import resgen.audio.corpus.Commands;
import resgen.audio.corpus.SpeechFolder;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.codec.DataSet;
import resgen.codec.Extractor;
import resgen.codec.Medium;
import resgen.noise.Noise;
import resgen.settings.Overrides;
import resgen.settings.Presets;

/** Speech as a medium: the corpus {@code commands} in its sizes, and folders of speech. */
public final class SpeechMedium implements Medium<Speech> {

  private static final int MOST_HELD = 1000;
  private static final String LINEAR = "linear-";
  private static final String WAVE = "wave-";

  /** For the service loader. */
  public SpeechMedium() {}

  @Override
  public String name() {
    return "speech";
  }

  @Override
  public Class<Speech> type() {
    return Speech.class;
  }

  @Override
  public Optional<Codec<Speech>> codec(Path file, String format) {
    return SpeechCodec.read(file, format).map(codec -> codec);
  }

  @Override
  public List<String> dataSets() {
    return Arrays.stream(Commands.Size.values()).map(Commands.Size::label).toList();
  }

  /** {@inheritDoc} Of a folder, a tenth in fixed random places is held out, 1,000 at most. */
  @Override
  public Optional<DataSet<Speech>> dataSet(String name) {
    for (Commands.Size size : Commands.Size.values()) {
      if (size.label().equals(name)) {
        return Optional.of(Commands.of(size));
      }
    }
    Path folder = Path.of(name);
    return SpeechFolder.isAt(folder)
        ? Optional.of(DataSet.of(name, () -> part(folder, true), () -> part(folder, false)))
        : Optional.empty();
  }

  private static Speech part(Path folder, boolean train) {
    Speech all = SpeechFolder.at(folder);
    int held = Math.min(MOST_HELD, Math.max(1, all.size() / 10));
    if (all.size() < 2) {
      throw new IllegalArgumentException(folder + " has one utterance; two are needed");
    }
    int[] order = Noise.of(0).fork("held-out speech").stream(0).permutation(all.size());
    int[] chosen =
        train ? Arrays.copyOfRange(order, held, order.length) : Arrays.copyOf(order, held);
    return all.subset(IntStream.of(chosen).sorted().toArray());
  }

  /**
   * {@inheritDoc} Presets are those of the Mel-VAE, those of the linear codec after {@code linear-}
   * and those of the waveform RVQ-VAE after {@code wave-}.
   */
  @Override
  public Optional<CodecRecipe<Speech>> recipe(String preset, Map<String, String> changes) {
    if (preset.startsWith(LINEAR)) {
      LinearSettings start =
          Presets.get(LinearSettings.presets(), preset.substring(LINEAR.length()));
      return Optional.of(new LinearRecipe(Overrides.apply(start, LinearSettings.class, changes)));
    }
    if (preset.startsWith(WAVE)) {
      WaveVaeSettings start =
          Presets.get(WaveVaeSettings.presets(), preset.substring(WAVE.length()));
      return Optional.of(new WaveRecipe(Overrides.apply(start, WaveVaeSettings.class, changes)));
    }
    MelVaeSettings start = Presets.get(MelVaeSettings.presets(), preset);
    return Optional.of(new MelRecipe(Overrides.apply(start, MelVaeSettings.class, changes)));
  }

  @Override
  public Optional<Extractor<Speech>> extractor(Speech media) {
    return Optional.empty();
  }
}
