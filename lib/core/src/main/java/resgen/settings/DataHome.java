package resgen.settings;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the project's {@code data/} directory is.
 *
 * <p>Looked for in this order: the system property {@code resgen.home}, the environment variable
 * {@code RESGEN_HOME} (each naming the project directory or its {@code data/} directory), then the
 * working directory and its parents, up to the first that holds {@code data/fashion-mnist}.
 */
public final class DataHome {
  /** The system property that names the project or data directory. */
  public static final String PROPERTY = "resgen.home";

  /** The environment variable that names the project or data directory. */
  public static final String VARIABLE = "RESGEN_HOME";

  private DataHome() {}

  /**
   * The data directory.
   *
   * @throws IllegalStateException if what the property or variable names is not a directory, or if
   *     no parent of the working directory holds {@code data/fashion-mnist}
   */
  public static Path root() {
    return root(System.getProperty(PROPERTY), System.getenv(VARIABLE), Path.of(""));
  }

  /** The project's directory, which holds the data directory; else the data directory itself. */
  public static Path project() {
    Path data = root();
    return data.endsWith("data") ? data.getParent() : data;
  }

  /** The path of something in the data directory, which need not exist. */
  public static Path path(String first, String... more) {
    return root().resolve(Path.of(first, more));
  }

  /** The lookup itself, with everything it depends on as arguments. */
  static Path root(String property, String variable, Path workingDirectory) {
    if (property != null && !property.isBlank()) {
      return named("system property " + PROPERTY, property);
    }
    if (variable != null && !variable.isBlank()) {
      return named("environment variable " + VARIABLE, variable);
    }
    Path start = workingDirectory.toAbsolutePath().normalize();
    for (Path directory = start; directory != null; directory = directory.getParent()) {
      if (Files.isDirectory(directory.resolve("data").resolve("fashion-mnist"))) {
        return directory.resolve("data");
      }
    }
    throw new IllegalStateException(
        "no data directory: neither "
            + start
            + " nor a parent of it holds data/fashion-mnist; start from within the project, or set"
            + " the system property "
            + PROPERTY
            + " or the environment variable "
            + VARIABLE
            + " to the project directory");
  }

  private static Path named(String source, String value) {
    Path directory = Path.of(value).toAbsolutePath().normalize();
    if (!Files.isDirectory(directory)) {
      throw new IllegalStateException(
          source + " names " + directory + ", which is not a directory");
    }
    Path data = directory.resolve("data");
    return Files.isDirectory(data) ? data : directory;
  }
}
