package resgen.model;

import resgen.token.TokenSpec;

/** Settings of a generator that wait for the shape of its tokens and what it is told of them. */
@FunctionalInterface
public interface Preset {

  /** The settings for tokens and conditions. */
  Recipe of(TokenSpec tokens, ConditionSpec condition);
}
