package resgen.kernel;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import resgen.kernel.eval.Globs;

/**
 * How a kernel starts.
 *
 * @param classPath what cells see beyond the kernel process's own class path
 * @param startupScripts Java code to run before the first cell
 * @param compilerOptions options of javac
 * @param timeoutMillis when a cell is ended; 0 or less for never
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
    return fromEnvironment(
        env,
        problem -> {
          throw new IllegalArgumentException(problem);
        });
  }

  /**
   * The same, without the settings that cannot be used.
   *
   * @param problems told what is wrong with them
   */
  public static KernelSettings fromEnvironment(Map<String, String> env, Consumer<String> problems) {
    List<String> scripts = new ArrayList<>();
    for (Path path : paths(env, "IJAVA_STARTUP_SCRIPTS_PATH", problems)) {
      try {
        scripts.add(Files.readString(path));
      } catch (IOException e) {
        problems.accept("IJAVA_STARTUP_SCRIPTS_PATH: cannot read " + path + ": " + e);
      }
    }
    String script = env.get("IJAVA_STARTUP_SCRIPT");
    if (script != null && !script.isBlank()) {
      scripts.add(script);
    }
    return new KernelSettings(
        paths(env, "IJAVA_CLASSPATH", problems),
        scripts,
        options(env.get("IJAVA_COMPILER_OPTS"), problems),
        timeout(env.get("IJAVA_TIMEOUT"), problems),
        history(Variables.get(env, Variables.HISTORY), problems));
  }

  private static List<String> options(String value, Consumer<String> problems) {
    if (value == null || value.isBlank()) {
      return List.of();
    }
    List<String> options = List.of(value.strip().split("\\s+"));
    try {
      ToolProvider.getSystemJavaCompiler().getTask(null, null, null, options, null, List.of());
      return options;
    } catch (IllegalArgumentException e) {
      problems.accept(
          "IJAVA_COMPILER_OPTS must be options of javac, but is " + value + ": " + e.getMessage());
      return List.of();
    }
  }

  private static Optional<Path> history(String value, Consumer<String> problems) {
    boolean none = value == null || value.isBlank() || value.strip().equals("off");
    try {
      return none ? Optional.empty() : Optional.of(Path.of(value.strip()));
    } catch (InvalidPathException e) {
      problems.accept(
          Variables.HISTORY + " must be a file or off, but is " + value + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private static List<Path> paths(Map<String, String> env, String name, Consumer<String> problems) {
    List<Path> out = new ArrayList<>();
    for (String glob : env.getOrDefault(name, "").split(File.pathSeparator)) {
      try {
        out.addAll(glob.isBlank() ? List.of() : Globs.find(glob.strip()));
      } catch (RuntimeException e) {
        problems.accept(name + " must be paths and globs, but has " + glob + ": " + e.getMessage());
      }
    }
    return out;
  }

  /** Milliseconds from a number with or without a unit; IJava's -1 and 0 are no limit. */
  private static long timeout(String value, Consumer<String> problems) {
    if (value == null || value.isBlank()) {
      return 0;
    }
    Matcher parts = DURATION.matcher(value.strip().toLowerCase(Locale.ROOT));
    TimeUnit unit = parts.matches() ? unit(parts.group(2)) : null;
    if (unit == null) {
      problems.accept(
          "IJAVA_TIMEOUT must be a time such as 5000, \"5000 ms\", \"5 seconds\" or -1 for none,"
              + " but is "
              + value);
      return 0;
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
