package resgen.cli;

import java.nio.file.Path;
import java.util.Optional;
import resgen.data.DataHome;

/** The project's directory. */
final class Home {

  private Home() {}

  /** The directory that holds {@code data/}; empty when this was started outside any. */
  static Optional<Path> find() {
    try {
      Path data = DataHome.root();
      return Optional.ofNullable(data.endsWith("data") ? data.getParent() : data);
    } catch (IllegalStateException e) {
      return Optional.empty();
    }
  }
}
