package resgen.settings;

import java.nio.file.Path;

/**
 * Where what can be computed again is kept: the system property {@value #PROPERTY}, else the
 * environment variable {@value #VARIABLE}, else {@code ~/.cache/resgen}.
 */
public final class UserCache {

  /** The system property that names the folder. */
  public static final String PROPERTY = "resgen.cache";

  /** The environment variable that names the folder. */
  public static final String VARIABLE = "RESGEN_CACHE";

  private UserCache() {}

  /** The folder, which need not exist. */
  public static Path folder() {
    return folder(System.getProperty(PROPERTY), System.getenv(VARIABLE));
  }

  /** The lookup itself, with everything it depends on as arguments. */
  public static Path folder(String property, String variable) {
    if (property != null && !property.isBlank()) {
      return Path.of(property);
    }
    if (variable != null && !variable.isBlank()) {
      return Path.of(variable);
    }
    return Path.of(System.getProperty("user.home"), ".cache", "resgen");
  }
}
