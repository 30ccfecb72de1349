package resgen.torch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** TorchScript files for tests. */
public final class ScriptFiles {

  private ScriptFiles() {}

  /** Writes a module of these methods, each from column 0. */
  public static Path write(Path path, String methods) {
    try {
      return Files.write(path, KernelArchive.of(methods));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
