package resgen.kernel.magic;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.dflib.jjava.jupyter.kernel.magic.MagicsRegistry;

/** What {@code %help} says. */
public final class MagicHelp {
  private static final Map<String, String> LINES = new LinkedHashMap<>();

  static {
    put("maven", "%maven [--sources] GROUP:ARTIFACT:VERSION...  adds artifacts and what they need");
    put("addMavenDependency", "%addMavenDependency  the same as %maven");
    put("addMavenDependencies", "%addMavenDependencies  the same as %maven");
    put("mavenRepo", "%mavenRepo ID URL  adds a repository for %maven");
    put("addMavenRepo", "%addMavenRepo  the same as %mavenRepo");
    put("jars", "%jars GLOB...  adds jars to the class path");
    put("classpath", "%classpath GLOB...  adds jars and folders of classes to the class path");
    put(
        "loadFromPOM",
        "%loadFromPOM FILE [SCOPE...]  adds a POM's dependencies; %%loadFromPOM takes XML");
    put("load", "%load FILE...  runs a file of Java (.jshell, .java, .jsh) or a notebook (.ipynb)");
    put("whos", "%whos  lists the variables with their types and sizes");
    put(
        "device",
        "%device [auto|cpu|gpu|gpu:N]  lists the devices that DJL sees; sets the one to use");
    put("page", "%page EXPRESSION  shows a value in the pager");
    put("pinfo", "%pinfo NAME  shows signature and documentation in the pager, as ?NAME does");
    put("time", "%time CODE  and %%time  run code and print how long it took");
    put("lsmagic", "%lsmagic  lists the names of all magics");
    put("help", "%help [NAME...]  explains magics");
    put("html", "%%html  shows the cell as HTML");
    put("markdown", "%%markdown  shows the cell as Markdown");
    put("latex", "%%latex  shows the cell as LaTeX");
    put("svg", "%%svg  shows the cell as a drawing");
    put("javascript", "%%javascript  runs the cell in the browser");
  }

  private MagicHelp() {}

  private static void put(String name, String line) {
    LINES.put(name, line);
  }

  /** A line on one magic, or null when there is none of that name. */
  public static String of(String name) {
    return LINES.get(name);
  }

  /** Lines on these magics, or on all of a registry. */
  static String of(Iterable<String> names, MagicsRegistry registry) {
    StringBuilder out = new StringBuilder();
    for (String name : names) {
      String bare = name.replace("%", "");
      out.append(LINES.getOrDefault(bare, "%" + bare + ": there is no help on it")).append('\n');
    }
    if (out.length() > 0) {
      return out.toString().strip();
    }
    TreeSet<String> others = new TreeSet<>(registry.getLineMagicNames());
    others.addAll(registry.getCellMagicNames());
    others.removeAll(LINES.keySet());
    String all = String.join("\n", LINES.values());
    return others.isEmpty()
        ? all
        : all + "\n" + others.stream().map(n -> "%" + n).collect(Collectors.joining("\n"));
  }
}
