package resgen.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Asks another program for a short answer. */
final class Program {

  private Program() {}

  /**
   * What a command prints on its standard output, without surrounding space.
   *
   * @return empty if the command does not exist, fails, or does not end in time
   */
  static Optional<String> output(Duration limit, String... command) {
    try {
      Process process =
          new ProcessBuilder(List.of(command))
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(nothing()))
              .start();
      try {
        if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS) || process.exitValue() != 0) {
          return Optional.empty();
        }
        byte[] bytes = process.getInputStream().readAllBytes();
        return Optional.of(new String(bytes, StandardCharsets.UTF_8).strip());
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }

  private static java.io.File nothing() {
    return new java.io.File("/dev/null");
  }
}
