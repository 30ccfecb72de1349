package resgen.cli;

import java.nio.file.Path;
import java.util.Optional;
import resgen.settings.DataHome;

/** The project's directory. */
final class Home {

  private Home() {}

  /** The directory that holds {@code data/}; empty when this was started outside any. */
  static Optional<Path> find() {
    try {
      return Optional.of(DataHome.project());
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }
}
