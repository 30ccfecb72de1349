package resgen.kernel;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Makes the kernel known to the user's Jupyter. */
public final class KernelSpec {
  /** The name that {@code jupyter} commands and notebooks use. */
  public static final String NAME = "resgen-java";

  /** The name that menus show. */
  public static final String DISPLAY_NAME = "ResGen (Java)";

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
   * What to start.
   *
   * @param java the java executable
   * @param classPath the kernel's class path, as for {@code java -cp}
   * @param jvmFlags further flags, such as {@code -Xmx4g}
   * @param env further environment variables
   */
  public record Options(
      Path java, String classPath, List<String> jvmFlags, Map<String, String> env) {
    public Options {
      jvmFlags = List.copyOf(jvmFlags);
      env = Map.copyOf(env);
    }

    /** The running JVM's java with its own class path. */
    public static Options ofThisJvm() {
      return new Options(
          Path.of(System.getProperty("java.home"), "bin", "java"),
          System.getProperty("java.class.path"),
          List.of(),
          Map.of());
    }

    /** The same with flags. */
    public Options withFlags(List<String> flags) {
      return new Options(java, classPath, flags, env);
    }

    /** The same with environment variables. */
    public Options withEnv(Map<String, String> more) {
      return new Options(java, classPath, jvmFlags, more);
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

  /** Installs for this user and returns the path of {@code kernel.json}. */
  public static Path install(Options options) {
    return install(options, kernelsDirectory());
  }

  /** The kernel spec's own folder below a kernels folder. */
  public static Path folder(Path kernels) {
    return kernels.resolve(NAME);
  }

  /** Installs below a kernels folder and returns the path of {@code kernel.json}. */
  public static Path install(Options options, Path kernels) {
    Path folder = kernels.resolve(NAME);
    Path file = folder.resolve("kernel.json");
    try {
      Files.createDirectories(folder.resolve("crashes"));
      Path temporary = Files.createTempFile(folder, ".kernel", ".tmp");
      Files.writeString(temporary, GSON.toJson(json(options, folder)) + "\n");
      Files.move(temporary, file, StandardCopyOption.REPLACE_EXISTING);
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
    out.addProperty("display_name", DISPLAY_NAME);
    out.addProperty("language", "java");
    out.addProperty("interrupt_mode", "message");
    JsonObject env = new JsonObject();
    env.addProperty("OPT_OUT_TRACKING", "true"); // DJL's usage statistics
    env.addProperty(
        KernelSettings.HISTORY, folder.toAbsolutePath().resolve("history.jsonl").toString());
    new TreeMap<>(options.env()).forEach(env::addProperty);
    out.add("env", env);
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
