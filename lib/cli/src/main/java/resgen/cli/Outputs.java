package resgen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import resgen.tokenizer.Tokenizer;

/** Names of files to be written. */
final class Outputs {

  private static final String SUFFIX = ".safetensors";

  private Outputs() {}

  /** Refuses, before any work, a name under which the file could not be loaded again. */
  static void check(CommandSpec spec, Path weights) {
    if (weights != null && !weights.toString().endsWith(SUFFIX)) {
      throw new ParameterException(
          spec.commandLine(), "--output " + weights + " does not end in " + SUFFIX);
    }
  }

  /**
   * Puts a tokenizer beside a model, where loading the model looks for it; not one that is shipped.
   *
   * @param source the name or file that the tokenizer was loaded by
   */
  static void keepTokenizer(Tokenizer tokenizer, String source, Path model) {
    if (source.endsWith(SUFFIX)) {
      Path copy = model.toAbsolutePath().resolveSibling("tokenizer" + SUFFIX);
      if (!Files.exists(copy)) {
        tokenizer.save(copy);
      }
    }
  }
}
