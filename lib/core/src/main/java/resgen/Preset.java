package resgen;

import resgen.model.GeneratorSettings;
import resgen.model.TokenShape;

/**
 * Settings of a model that wait for the shape of its tokens.
 *
 * @param <S> the settings
 */
@FunctionalInterface
public interface Preset<S extends GeneratorSettings> {

  /** The settings for tokens of a shape. */
  S of(TokenShape tokens);
}
