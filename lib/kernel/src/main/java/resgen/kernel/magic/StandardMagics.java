package resgen.kernel.magic;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.magic.CellMagic;
import org.dflib.jjava.jupyter.kernel.magic.LineMagic;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;
import resgen.kernel.JavaKernel;
import resgen.kernel.Notebook;
import resgen.kernel.NotebookFile;
import resgen.kernel.eval.Globs;

/**
 * The magics of IJava, and {@code %%time}, {@code %whos}, {@code %device}, {@code %help}, {@code
 * %lsmagic}.
 */
public final class StandardMagics {
  /** Line magics whose argument is Java code, quotes included. */
  public static final Set<String> TAKE_CODE = Set.of("time", "page");

  /**
   * Line magics whose value, as in IJava, is for an assignment only: {@code var jars = %jars ...}.
   */
  public static final Set<String> QUIET =
      Set.of(
          "jars",
          "classpath",
          "maven",
          "addMavenDependency",
          "addMavenDependencies",
          "loadFromPOM");

  private StandardMagics() {}

  /** Registers all of them. */
  public static void register(JavaKernel kernel, MagicsRegistry registry) {
    needing(registry, "jars", args -> jars(kernel, args, true));
    needing(registry, "classpath", args -> jars(kernel, args, false));
    MavenMagics maven = new MavenMagics(kernel);
    for (String name : List.of("maven", "addMavenDependency", "addMavenDependencies")) {
      needing(registry, name, maven::add);
    }
    for (String name : List.of("mavenRepo", "addMavenRepo")) {
      needing(registry, name, maven::repository);
    }
    needing(registry, "loadFromPOM", maven::loadPom);
    cell(registry, "loadFromPOM", (args, body) -> maven.loadFragment(args, body));
    needing(registry, "load", args -> load(kernel, args));
    line(registry, "whos", args -> Whos.of(kernel.variables()));
    line(registry, "device", args -> Devices.run(args, kernel.libraries()));
    line(registry, "help", args -> MagicHelp.of(args, registry));
    needing(registry, "page", args -> page(kernel, String.join(" ", args)));
    needing(registry, "pinfo", args -> about(kernel, String.join(" ", args)));
    line(registry, "lsmagic", args -> names(registry));
    needing(registry, "time", args -> time(kernel, String.join(" ", args)));
    cell(registry, "time", (args, body) -> time(kernel, body));
    for (String type : List.of("html", "markdown", "latex")) {
      cell(registry, type, (args, body) -> show(body, "text/" + type));
    }
    cell(registry, "svg", (args, body) -> show(body, "image/svg+xml"));
    cell(registry, "javascript", (args, body) -> show(body, "application/javascript"));
  }

  private interface Line {
    Object run(List<String> args) throws Exception;
  }

  private interface Cell {
    Object run(List<String> args, String body) throws Exception;
  }

  private static void line(MagicsRegistry registry, String name, Line magic) {
    LineMagic<Object, JavaKernel> wrapped = (kernel, args) -> magic.run(args);
    registry.registerLineMagic(name, wrapped);
  }

  /** A magic that does nothing without arguments, and so says how it is used. */
  private static void needing(MagicsRegistry registry, String name, Line magic) {
    line(
        registry,
        name,
        args -> {
          if (String.join("", args).isBlank()) {
            throw new IllegalArgumentException("usage: " + MagicHelp.of(name));
          }
          return magic.run(args);
        });
  }

  private static void cell(MagicsRegistry registry, String name, Cell magic) {
    CellMagic<Object, JavaKernel> wrapped = (kernel, args, body) -> magic.run(args, body);
    registry.registerCellMagic(name, wrapped);
  }

  /** Adds jars (or folders of classes) and returns their paths. */
  private static List<String> jars(JavaKernel kernel, List<String> globs, boolean onlyJars) {
    List<Path> found = new ArrayList<>();
    for (String glob : globs) {
      List<Path> some = Globs.find(glob);
      if (some.isEmpty() || some.stream().anyMatch(p -> !Files.exists(p))) {
        throw new IllegalArgumentException("nothing on disk matches " + glob);
      }
      List<Path> usable =
          some.stream().filter(p -> !onlyJars || p.toString().endsWith(".jar")).toList();
      if (usable.isEmpty()) {
        throw new IllegalArgumentException(
            "no jar matches %s, but %s; %%classpath takes folders too".formatted(glob, some));
      }
      found.addAll(usable);
    }
    kernel.addToClassPath(found);
    return found.stream().map(p -> p.toAbsolutePath().toString()).toList();
  }

  private static Object load(JavaKernel kernel, List<String> args) throws IOException {
    Object value = null;
    for (String arg : args) {
      Path path = Path.of(arg);
      for (String suffix : List.of(".jshell", ".java", ".jsh")) {
        Path with = Path.of(arg + suffix);
        path = !Files.isRegularFile(path) && Files.isRegularFile(with) ? with : path;
      }
      if (!Files.isRegularFile(path)) {
        throw new IllegalArgumentException("%load: there is no file " + path.toAbsolutePath());
      }
      String source = Files.readString(path);
      value = arg.endsWith(".ipynb") ? cells(kernel, source) : kernel.evalRaw(source);
    }
    return value;
  }

  private static Object cells(JavaKernel kernel, String notebook) {
    Object value = null;
    for (String code : NotebookFile.parse(notebook).codeSources()) {
      value = kernel.evalRaw(code);
    }
    return value;
  }

  private static Object time(JavaKernel kernel, String code) {
    long start = System.nanoTime();
    try {
      return kernel.evalRaw(code);
    } finally {
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.println(String.format(Locale.ROOT, "time: %.3f s", seconds));
    }
  }

  /** Shows the value of an expression in the client's pager instead of the cell's output. */
  private static Object page(JavaKernel kernel, String code) {
    kernel.page(kernel.evalRaw(code));
    return null;
  }

  /** {@code name?}: what Shift-Tab shows, in the pager. */
  private static Object about(JavaKernel kernel, String name) {
    DisplayData found = kernel.inspect(name, name.length(), false);
    kernel.page(found == null ? "nothing is known of " + name : found);
    return null;
  }

  private static Object names(MagicsRegistry registry) {
    StringBuilder out = new StringBuilder();
    new TreeSet<>(registry.getLineMagicNames()).forEach(n -> out.append(" %").append(n));
    new TreeSet<>(registry.getCellMagicNames()).forEach(n -> out.append(" %%").append(n));
    return out.toString().strip();
  }

  private static Object show(String body, String type) {
    Notebook.display(body, type);
    return null;
  }
}
