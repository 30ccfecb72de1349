package resgen.cli;

import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** Names of files to be written. */
final class Outputs {

  private Outputs() {}

  /** Refuses, before any work, a name under which the file could not be loaded again. */
  static void check(CommandSpec spec, Path weights) {
    if (weights != null && !weights.toString().endsWith(".safetensors")) {
      throw new ParameterException(
          spec.commandLine(), "--output " + weights + " does not end in .safetensors");
    }
  }
}
