package resgen.kernel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import resgen.kernel.eval.Globs;

/**
 * How a kernel starts.
 *
 * @param classPath what cells see beyond the kernel process's own class path
 * @param startupScripts Java code to run before the first cell
 * @param compilerOptions options of javac
 * @param timeoutMillis when a cell is interrupted; 0 or less for never
 */
public record KernelSettings(
    List<Path> classPath,
    List<String> startupScripts,
    List<String> compilerOptions,
    long timeoutMillis) {
  public KernelSettings {
    classPath = List.copyOf(classPath);
    startupScripts = List.copyOf(startupScripts);
    compilerOptions = List.copyOf(compilerOptions);
  }

  /** The process's own class path, no scripts, no limits. */
  public static KernelSettings plain() {
    return new KernelSettings(List.of(), List.of(), List.of(), 0);
  }

  /**
   * The environment variables of IJava: {@code IJAVA_CLASSPATH} and {@code
   * IJAVA_STARTUP_SCRIPTS_PATH} (paths and globs, apart as in a class path), {@code
   * IJAVA_STARTUP_SCRIPT}, {@code IJAVA_COMPILER_OPTS}, {@code IJAVA_TIMEOUT} (milliseconds).
   */
  public static KernelSettings fromEnvironment(Map<String, String> env) {
    List<String> scripts = new ArrayList<>();
    for (Path path : paths(env.get("IJAVA_STARTUP_SCRIPTS_PATH"))) {
      try {
        scripts.add(Files.readString(path));
      } catch (IOException e) {
        throw new UncheckedIOException("IJAVA_STARTUP_SCRIPTS_PATH: cannot read " + path, e);
      }
    }
    String script = env.get("IJAVA_STARTUP_SCRIPT");
    if (script != null && !script.isBlank()) {
      scripts.add(script);
    }
    String options = Objects.requireNonNullElse(env.get("IJAVA_COMPILER_OPTS"), "").strip();
    return new KernelSettings(
        paths(env.get("IJAVA_CLASSPATH")),
        scripts,
        options.isEmpty() ? List.of() : List.of(options.split("\\s+")),
        timeout(env.get("IJAVA_TIMEOUT")));
  }

  private static List<Path> paths(String value) {
    List<Path> out = new ArrayList<>();
    if (value != null) {
      for (String glob : value.split(File.pathSeparator)) {
        out.addAll(glob.isBlank() ? List.of() : Globs.find(glob.strip()));
      }
    }
    return out;
  }

  private static long timeout(String value) {
    if (value == null || value.isBlank()) {
      return 0;
    }
    try {
      return Long.parseLong(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "IJAVA_TIMEOUT must be a number of milliseconds, but is " + value, e);
    }
  }
}
