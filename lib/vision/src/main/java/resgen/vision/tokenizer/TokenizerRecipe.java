package resgen.vision.tokenizer;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import resgen.codec.Codec;
import resgen.codec.CodecRecipe;
import resgen.settings.Overrides;
import resgen.settings.Presets;
import resgen.token.TokenSpec;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;

/**
 * A tokenizer of images that can be trained.
 *
 * @param settings of the tokenizer
 */
public record TokenizerRecipe(TokenizerSettings settings) implements CodecRecipe<Images> {

  /**
   * A preset with changes.
   *
   * @param changes of single settings by path
   * @throws IllegalArgumentException naming a preset or a setting that there is not
   */
  public static TokenizerRecipe of(String preset, Map<String, String> changes) {
    TokenizerSettings start = Presets.get(TokenizerSettings.presets(), preset);
    return new TokenizerRecipe(Overrides.apply(start, TokenizerSettings.class, changes));
  }

  @Override
  public TokenSpec spec() {
    return settings.spec();
  }

  @Override
  public Training usual(long steps) {
    return Tokenizer.usual(steps);
  }

  @Override
  public Made<Images> train(
      Images images, Training training, Optional<Path> folder, Listener listener) {
    Tokenizer made = Tokenizer.train(images, settings, training, folder, listener);
    return new Made<>(made, made.origin().step());
  }

  @Override
  public void save(Codec<Images> codec, Path file) {
    ((Tokenizer) codec).save(file);
  }
}
