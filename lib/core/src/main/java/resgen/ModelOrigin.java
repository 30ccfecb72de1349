package resgen;

import java.util.ArrayList;
import java.util.List;
import resgen.codec.Codec;
import resgen.settings.Later;
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
 * @param classNames names of the classes of the tokens that it learnt, which need not be those of
 *     the tokenizer; empty in files from before they were kept
 */
public record ModelOrigin(
    String tokenizer,
    List<Training> stages,
    long steps,
    String commit,
    @Later List<String> classNames) {

  public ModelOrigin {
    stages = List.copyOf(stages);
    classNames = List.copyOf(classNames);
  }

  static ModelOrigin of(Codec<?> codec, Training training, long steps, List<String> classNames) {
    return new ModelOrigin(
        codec.fingerprint(), List.of(training), steps, SourceCommit.current(), classNames);
  }

  /** The same model with names of classes. */
  public ModelOrigin withClassNames(List<String> names) {
    return new ModelOrigin(tokenizer, stages, steps, commit, names);
  }

  ModelOrigin then(Training training, long more) {
    List<Training> all = new ArrayList<>(stages);
    all.add(training);
    return new ModelOrigin(tokenizer, all, steps + more, SourceCommit.current(), classNames);
  }
}
