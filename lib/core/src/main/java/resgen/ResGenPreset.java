package resgen;

import resgen.model.ResGenSettings;
import resgen.model.TokenShape;

/** Settings of a model that wait for the shape of its tokens. */
@FunctionalInterface
public interface ResGenPreset {

  /** The settings for tokens of a shape. */
  ResGenSettings of(TokenShape tokens);
}
