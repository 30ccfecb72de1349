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
 * A linear codec as a recipe: it is fitted in closed form, so that a training's settings are not
 * read and nothing is kept in its folder.
 *
 * @param settings of the codec
 */
public record LinearRecipe(LinearSettings settings) implements CodecRecipe<Speech> {

  @Override
  public TokenSpec spec() {
    return new TokenSpec(
        new Layout.Line(settings.positions()),
        settings.depth(),
        settings.codes(),
        settings.dimension());
  }

  @Override
  public Training usual(long steps) {
    return Training.steps(steps);
  }

  /** {@inheritDoc} All steps count as done. */
  @Override
  public Made<Speech> train(
      Speech speech, Training training, Optional<Path> folder, Listener listener) {
    return new Made<>(LinearCodec.fit(speech, settings), training.steps());
  }

  @Override
  public void save(Codec<Speech> codec, Path file) {
    ((LinearCodec) codec).save(file);
  }
}
