package resgen;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.IntConsumer;
import resgen.data.Labels;
import resgen.model.TokenShape;
import resgen.nn.Summary;
import resgen.sample.Sampling;
import resgen.tokenizer.Tokenizer;

/** A trained model that makes images. */
public sealed interface Generator extends AutoCloseable permits ResGen {

  /**
   * Makes an image for each label. Sample i depends on the seed, i and its label alone, not on how
   * many are made or in which batches (up to float rounding). An interrupted thread gets the
   * samples that are finished.
   *
   * @param labels a class each, or {@code shape().nullClass()} for none
   * @throws IllegalArgumentException naming a class that there is not
   */
  Samples sample(Labels labels, Sampling settings);

  /**
   * As {@link #sample(Labels, Sampling)}.
   *
   * @param progress told after each batch how many samples are finished
   */
  Samples sample(Labels labels, Sampling settings, IntConsumer progress);

  /** As {@link #sample(Labels, Sampling)}, and keeps how each sample was unmasked. */
  Samples record(Labels labels, Sampling settings);

  /** The tokenizer that decodes its tokens. */
  Tokenizer tokenizer();

  /** The shape of its tokens. */
  TokenShape shape();

  /** How many parameters there are, tokenizer aside. */
  long parameterCount();

  /** How many parameters each part has. */
  Map<String, Long> parametersByPart();

  /** One line that tells what this is. */
  String description();

  /** Its parts with their shapes and numbers of parameters. */
  Summary summary();

  /** The summary as a piece of a web page; notebooks show it. */
  default String toHtml() {
    return summary().toHtml();
  }

  /** Writes the weights in half precision, with settings and provenance, into one file. */
  void save(Path path);

  @Override
  void close();
}
