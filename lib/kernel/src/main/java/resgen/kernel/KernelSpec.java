package resgen.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes the kernel known to the user's Jupyter. */
public final class KernelSpec {
  /** The name that {@code jupyter} commands and notebooks use, unless another is given. */
  public static final String NAME = "jshell";

  /** The name that menus show, unless another is given. */
  public static final String DISPLAY_NAME = "Java (JShell)";

  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9._-]{1,100}");

  /**
   * Lets a class of the notebook get new method bodies while its instances stay; begins with a
   * small heap, which grows.
   */
  private static final List<String> JVM =
      List.of("-Djdk.attach.allowAttachSelf=true", "-XX:+EnableDynamicAgentLoading", "-Xms64m");

  private static final int NATIVE_ACCESS_SINCE = 22;
  private static final Gson GSON =
      new GsonBuilder().disableHtmlEscaping().setPrettyPrinting().create();

  /**
   * What to start, and under which name.
   *
   * @param name the name that {@code jupyter} commands and notebooks use
   * @param displayName the name that menus show
   * @param java the java executable
   * @param classPath the kernel's class path, as for {@code java -cp}
   * @param jvmFlags further flags, such as {@code -Xmx4g}
   * @param env further environment variables
   */
  public record Options(
      String name,
      String displayName,
      Path java,
      String classPath,
      List<String> jvmFlags,
      Map<String, String> env) {
    public Options {
      if (!NAMES.matcher(name).matches()) {
        throw new IllegalArgumentException(
            "a kernel's name has letters, digits, dots, dashes and underscores only, but is "
                + name);
      }
      jvmFlags = List.copyOf(jvmFlags);
      env = Map.copyOf(env);
    }

    /** The running JVM's java with its own class path, made absolute. */
    public static Options ofThisJvm() {
      return new Options(
          NAME,
          DISPLAY_NAME,
          Path.of(System.getProperty("java.home"), "bin", "java"),
          Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
              .filter(entry -> !entry.isEmpty())
              .map(entry -> Path.of(entry).toAbsolutePath().normalize().toString())
              .collect(Collectors.joining(File.pathSeparator)),
          List.of(),
          Map.of());
    }

    /** The same under another name. */
    public Options withName(String kernel, String shown) {
      return new Options(kernel, shown, java, classPath, jvmFlags, env);
    }

    /** The same with another class path. */
    public Options withClassPath(String path) {
      return new Options(name, displayName, java, path, jvmFlags, env);
    }

    /** The same with flags. */
    public Options withFlags(List<String> flags) {
      return new Options(name, displayName, java, classPath, flags, env);
    }

    /** The same with environment variables. */
    public Options withEnv(Map<String, String> more) {
      return new Options(name, displayName, java, classPath, jvmFlags, more);
    }

    /** The kernel spec's own folder below a kernels folder. */
    public Path folder(Path kernels) {
      return kernels.resolve(name);
    }
  }

  private KernelSpec() {}

  /**
   * The user's kernels folder: below {@code JUPYTER_DATA_DIR}, or Jupyter's default of the system.
   */
  public static Path kernelsDirectory() {
    String given = System.getenv("JUPYTER_DATA_DIR");
    if (given != null && !given.isBlank()) {
      return Path.of(given, "kernels");
    }
    Path home = Path.of(System.getProperty("user.home"));
    String os = System.getProperty("os.name");
    if (os.startsWith("Mac")) {
      return home.resolve("Library/Jupyter/kernels");
    }
    String appData = System.getenv("APPDATA");
    if (os.startsWith("Windows") && appData != null) {
      return Path.of(appData, "jupyter", "kernels");
    }
    String xdg = System.getenv("XDG_DATA_HOME");
    Path data = xdg == null || xdg.isBlank() ? home.resolve(".local/share") : Path.of(xdg);
    return data.resolve("jupyter/kernels");
  }

  /**
   * Installs below a kernels folder and returns the path of {@code kernel.json}.
   *
   * @param archived whether to make the archive of classes first, which takes one start
   */
  public static Path install(Options options, Path kernels, boolean archived) {
    if (archived) {
      ClassArchive.prepare(options, options.folder(kernels).toAbsolutePath());
    }
    return install(options, kernels);
  }

  /** Installs below a kernels folder and returns the path of {@code kernel.json}. */
  public static Path install(Options options, Path kernels) {
    Path folder = options.folder(kernels);
    Path file = folder.resolve("kernel.json");
    try {
      Files.createDirectories(folder.resolve("crashes"));
      Path temporary = Files.createTempFile(folder, ".kernel", ".tmp");
      Files.writeString(temporary, GSON.toJson(json(options, folder)) + "\n");
      Files.move(
          temporary, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot install the kernel spec at " + file + ": " + e, e);
    }
  }

  /**
   * The command line that starts a kernel; {@code {connection_file}} stands for Jupyter's file.
   *
   * @param folder the kernel spec's, absolute: for crash reports and the archive of classes
   */
  public static List<String> command(Options options, Path folder) {
    List<String> argv = new ArrayList<>();
    argv.add(options.java().toString());
    argv.add("-Djava.awt.headless=true");
    argv.add("-Dfile.encoding=UTF-8");
    argv.addAll(language());
    argv.addAll(CrashReports.jvmFlags(folder.resolve("crashes")));
    argv.addAll(ClassArchive.jvmFlags(folder));
    argv.addAll(JVM);
    if (options.jvmFlags().stream().noneMatch(flag -> flag.matches("-XX:\\+Use\\w+GC"))) {
      argv.add("-XX:+UseSerialGC");
    }
    argv.addAll(options.jvmFlags());
    if (feature(options.java()) >= NATIVE_ACCESS_SINCE) {
      argv.add("--enable-native-access=ALL-UNNAMED");
    }
    argv.addAll(List.of("-cp", options.classPath(), Main.class.getName(), "{connection_file}"));
    return argv;
  }

  private static JsonObject json(Options options, Path folder) {
    JsonObject out = new JsonObject();
    JsonArray arguments = new JsonArray();
    command(options, folder.toAbsolutePath()).forEach(arguments::add);
    out.add("argv", arguments);
    out.addProperty("display_name", options.displayName());
    out.addProperty("language", "java");
    out.addProperty("interrupt_mode", "message");
    JsonObject env = new JsonObject();
    environment(options, folder.toAbsolutePath()).forEach(env::addProperty);
    out.add("env", env);
    return out;
  }

  /**
   * What a kernel's environment has besides Jupyter's own.
   *
   * <p>The names of files are in the encoding of the process's locale; no option of java changes
   * that. Under {@code LC_ALL=C} a file of another alphabet could not even be opened.
   *
   * @param folder the kernel spec's, absolute: for the history
   */
  public static Map<String, String> environment(Options options, Path folder) {
    Map<String, String> env = new TreeMap<>();
    env.put("OPT_OUT_TRACKING", "true"); // DJL's usage statistics
    if (System.getProperty("os.name").startsWith("Linux")) {
      env.put("LC_ALL", "C.UTF-8");
    }
    env.put(Variables.HISTORY, folder.resolve("history.jsonl").toString());
    env.putAll(options.env());
    return env;
  }

  /** The user's language and country, which the locale above does not tell. */
  private static List<String> language() {
    Locale user = Locale.getDefault();
    List<String> out = new ArrayList<>();
    if (!user.getLanguage().isEmpty()) {
      out.add("-Duser.language=" + user.getLanguage());
    }
    if (!user.getCountry().isEmpty()) {
      out.add("-Duser.country=" + user.getCountry());
    }
    return out;
  }

  /** The feature release of a java executable, read from the JDK's {@code release} file. */
  private static int feature(Path java) {
    Path home =
        java.toAbsolutePath().getParent() == null
            ? null
            : java.toAbsolutePath().getParent().getParent();
    Path own = Path.of(System.getProperty("java.home"));
    if (home == null || home.equals(own)) {
      return Runtime.version().feature();
    }
    try {
      for (String line : Files.readAllLines(home.resolve("release"))) {
        if (line.startsWith("JAVA_VERSION=")) {
          return Runtime.Version.parse(line.substring(13).replace("\"", "").strip()).feature();
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      // No JDK's folder: say nothing of native access, which is then only a warning.
    }
    return 0;
  }
}
