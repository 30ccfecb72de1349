package resgen.kernel;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import resgen.kernel.eval.Globs;

/**
 * How a kernel starts.
 *
 * @param classPath what cells see beyond the kernel process's own class path
 * @param startupScripts Java code to run before the first cell
 * @param compilerOptions options of javac
 * @param timeoutMillis when a cell is interrupted; 0 or less for never
 * @param history the file that keeps cells for later kernels' consoles, or empty for none
 */
public record KernelSettings(
    List<Path> classPath,
    List<String> startupScripts,
    List<String> compilerOptions,
    long timeoutMillis,
    Optional<Path> history) {
  private static final Pattern DURATION = Pattern.compile("(-?\\d{1,15})\\s*([a-z]*)");

  public KernelSettings {
    classPath = List.copyOf(classPath);
    startupScripts = List.copyOf(startupScripts);
    compilerOptions = List.copyOf(compilerOptions);
  }

  /** The process's own class path, no scripts, no limits. */
  public static KernelSettings plain() {
    return new KernelSettings(List.of(), List.of(), List.of(), 0, Optional.empty());
  }

  /**
   * The environment variables of IJava: {@code IJAVA_CLASSPATH} and {@code
   * IJAVA_STARTUP_SCRIPTS_PATH} (paths and globs, apart as in a class path), {@code
   * IJAVA_STARTUP_SCRIPT}, {@code IJAVA_COMPILER_OPTS}, {@code IJAVA_TIMEOUT} (milliseconds, or
   * with a unit). And {@link Variables#HISTORY}.
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
        timeout(env.get("IJAVA_TIMEOUT")),
        history(Variables.get(env, Variables.HISTORY)));
  }

  private static Optional<Path> history(String value) {
    boolean none = value == null || value.isBlank() || value.strip().equals("off");
    return none ? Optional.empty() : Optional.of(Path.of(value.strip()));
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

  /** Milliseconds from a number with or without a unit; IJava's -1 and 0 are no limit. */
  private static long timeout(String value) {
    if (value == null || value.isBlank()) {
      return 0;
    }
    Matcher parts = DURATION.matcher(value.strip().toLowerCase(Locale.ROOT));
    TimeUnit unit = parts.matches() ? unit(parts.group(2)) : null;
    if (unit == null) {
      throw new IllegalArgumentException(
          "IJAVA_TIMEOUT must be a time such as 5000, \"5000 ms\", \"5 seconds\" or -1 for none,"
              + " but is "
              + value);
    }
    return Math.max(0, unit.toMillis(Long.parseLong(parts.group(1))));
  }

  private static TimeUnit unit(String name) {
    return switch (name) {
      case "", "ms", "milli", "millis", "millisecond", "milliseconds" -> TimeUnit.MILLISECONDS;
      case "s", "sec", "secs", "second", "seconds" -> TimeUnit.SECONDS;
      case "m", "min", "mins", "minute", "minutes" -> TimeUnit.MINUTES;
      case "h", "hour", "hours" -> TimeUnit.HOURS;
      case "d", "day", "days" -> TimeUnit.DAYS;
      case "us", "micro", "micros", "microsecond", "microseconds" -> TimeUnit.MICROSECONDS;
      case "ns", "nano", "nanos", "nanosecond", "nanoseconds" -> TimeUnit.NANOSECONDS;
      default -> null;
    };
  }
}
