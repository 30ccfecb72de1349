package resgen.audio.codec;

import java.nio.file.Path;
import java.util.Optional;
import resgen.audio.Speech;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.train.Listener;
import resgen.train.Training;

/**
 * A waveform RVQ-VAE that can be trained; the last utterances, 64 at most, are held out.
 *
 * @param settings of the codec
 */
public record WaveRecipe(WaveVaeSettings settings) implements CodecRecipe<Speech> {

  @Override
  public TokenSpec spec() {
    return new TokenSpec(
        new Layout.Line(settings.positions()),
        settings.quantizer().depth(),
        settings.quantizer().codes(),
        settings.quantizer().dimension());
  }

  @Override
  public Training usual(long steps) {
    return WaveCodec.usual(steps);
  }

  @Override
  public Made<Speech> train(
      Speech speech, Training training, Optional<Path> folder, Listener listener) {
    int learned = MelRecipe.learned(speech);
    WaveCodec made =
        WaveCodec.train(
            speech.range(0, learned),
            speech.range(learned, speech.size()),
            settings,
            training,
            folder,
            listener);
    return new Made<>(made, made.origin().step());
  }

  @Override
  public void save(Codec<Speech> codec, Path file) {
    ((WaveCodec) codec).save(file);
  }
}
