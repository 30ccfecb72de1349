package resgen.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import resgen.Generator;
import resgen.torch.AtomicFile;
import resgen.vision.tokenizer.Tokenizer;

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
    writable(spec, weights);
  }

  /** Refuses, before any work, a file that could not be written; null for none. */
  static void writable(CommandSpec spec, Path file) {
    if (file != null) {
      Usage.run(spec, () -> AtomicFile.check(file));
    }
  }

  /** Refuses, before any work, a folder that could not be written to; null for none. */
  static void writableFolder(CommandSpec spec, Path folder) {
    if (folder != null) {
      Usage.run(spec, () -> AtomicFile.checkFolder(folder));
    }
  }

  /**
   * Puts a tokenizer beside a model, where loading the model looks for it, unless it finds it.
   *
   * @param source the name or file that the tokenizer was loaded by
   */
  static void keepTokenizer(Tokenizer tokenizer, String source, Path model) {
    if (!source.endsWith(SUFFIX) || loads(model)) {
      return;
    }
    Path copy = model.toAbsolutePath().resolveSibling("tokenizer" + SUFFIX);
    tokenizer.save(
        Files.exists(copy) // another model's
            ? copy.resolveSibling("tokenizer-" + tokenizer.fingerprint().substring(0, 12) + SUFFIX)
            : copy);
  }

  private static boolean loads(Path model) {
    try (Generator found = Generator.load(model.toString())) {
      return true;
    } catch (IllegalArgumentException tokenizerNotFound) {
      return false;
    }
  }
}
