package resgen.audio.measure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;

/** Other programs, and folders for what they are given. */
final class Processes {

  private Processes() {}

  /**
   * What a command writes to its standard output.
   *
   * @param errors where its standard error goes
   * @throws IllegalStateException if it cannot be started or fails, with its last words
   */
  static String run(List<String> command, Path errors) {
    Process process;
    try {
      process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + command.get(0) + ": " + e.getMessage(), e);
    }
    try {
      process.getOutputStream().close();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      int code = process.waitFor();
      if (code != 0) {
        String words = Files.readString(errors);
        throw new IllegalStateException(
            "%s failed with code %d: %s"
                .formatted(
                    String.join(" ", command),
                    code,
                    words.substring(Math.max(0, words.length() - 2000)).strip()));
      }
      return said;
    } catch (IOException e) {
      throw new UncheckedIOException(command.get(0) + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while " + command.get(0) + " was running");
    } finally {
      process.destroyForcibly();
    }
  }

  /** Removes a folder with all that is in it. */
  static void remove(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      // what is left lies in the system's folder of temporary files
    }
  }
}
