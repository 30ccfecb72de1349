package resgen;

import java.util.ArrayList;
import java.util.List;
import resgen.codec.Codec;
import resgen.settings.SourceCommit;
import resgen.train.Training;

/**
 * Where a model's weights come from.
 *
 * @param tokenizer fingerprint of the tokenizer whose tokens it learnt
 * @param stages settings of its training, and of each continuation with a learning-rate cycle of
 *     its own
 * @param steps optimizer steps done in all stages
 * @param commit of the source that trained the last stage
 */
public record ModelOrigin(String tokenizer, List<Training> stages, long steps, String commit) {

  public ModelOrigin {
    stages = List.copyOf(stages);
  }

  static ModelOrigin of(Codec<?> codec, Training training, long steps) {
    return new ModelOrigin(codec.fingerprint(), List.of(training), steps, SourceCommit.current());
  }

  ModelOrigin then(Training training, long more) {
    List<Training> all = new ArrayList<>(stages);
    all.add(training);
    return new ModelOrigin(tokenizer, all, steps + more, SourceCommit.current());
  }
}
