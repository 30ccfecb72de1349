package resgen.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import resgen.Generator;
import resgen.settings.AtomicFile;
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

  /** Refuses, before any work, a file that could not be written. */
  static void checkFile(CommandSpec spec, String option, Path file) {
    Usage.check(
        spec,
        option + " " + file,
        () -> {
          AtomicFile.check(file);
          return file;
        });
  }

  /** Refuses, before any work, a folder that could not be made or that holds something. */
  static void checkNewFolder(CommandSpec spec, String option, Path folder) {
    if (Files.exists(folder) && !isEmpty(folder)) {
      throw new ParameterException(
          spec.commandLine(),
          "%s %s: cannot write %2$s: it is there already, and is not an empty directory"
              .formatted(option, folder));
    }
    Usage.check(
        spec,
        option + " " + folder,
        () -> {
          AtomicFile.checkFolder(folder);
          return folder;
        });
  }

  private static boolean isEmpty(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + folder + ": " + e.getMessage(), e);
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
    try {
      Generator.load(model.toString()).close();
      return true;
    } catch (IllegalArgumentException tokenizerNotFound) {
      return false;
    }
  }
}
