package resgen.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import resgen.settings.DataHome;

/** The shipped checkpoints. */
final class Checkpoints {

  private static final String SUFFIX = ".safetensors";

  private Checkpoints() {}

  /** Their names, sorted. */
  static List<String> names() {
    Path directory = DataHome.path("checkpoints");
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(SUFFIX))
          .map(name -> name.substring(0, name.length() - SUFFIX.length()))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
