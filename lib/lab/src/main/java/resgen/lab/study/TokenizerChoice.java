package resgen.lab.study;

import resgen.model.TokenShape;
import resgen.train.Training;
import resgen.vision.tokenizer.Tokenizer;
import resgen.vision.tokenizer.TokenizerSettings;

/** Which tokenizer an experiment uses. */
public sealed interface TokenizerChoice {

  /**
   * One that is shipped.
   *
   * @param name as {@link Tokenizer#load} takes it
   */
  record Shipped(String name) implements TokenizerChoice {}

  /**
   * One that is trained if it is not there yet.
   *
   * @param settings its settings
   * @param training its training
   */
  record Trained(TokenizerSettings settings, Training training) implements TokenizerChoice {}

  /** The shape of its tokens, for images of so many classes; nothing is trained. */
  default TokenShape shape(int classes) {
    if (this instanceof Trained trained) {
      return TokenShape.of(trained.settings().spec(), classes);
    }
    try (Tokenizer shipped = Tokenizer.load(((Shipped) this).name())) {
      return TokenShape.of(shipped.spec(), classes);
    }
  }
}
