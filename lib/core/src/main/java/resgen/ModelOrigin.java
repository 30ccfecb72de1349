package resgen;

import resgen.data.SourceCommit;
import resgen.tokenizer.Tokenizer;
import resgen.train.Training;

/**
 * Where a model's weights come from.
 *
 * @param tokenizer fingerprint of the tokenizer whose tokens it learnt
 * @param training the training's settings
 * @param steps optimizer steps done
 * @param commit of the source that trained it
 */
public record ModelOrigin(String tokenizer, Training training, long steps, String commit) {

  static ModelOrigin of(Tokenizer tokenizer, Training training, long steps) {
    return new ModelOrigin(tokenizer.fingerprint(), training, steps, SourceCommit.current());
  }
}
