package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Libraries that the kernel starts without, and that a cell adds later. */
class LateLibraryTest {
  private static final Predicate<String> LIBRARY =
      Pattern.compile("/(tech/tablesaw|org/knowm|ai/djl|de/erichseifert)/").asPredicate();

  @TempDir Path dir;

  /** Runs in a process of its own: each argument is a file with a cell. */
  public static final class Cells {
    private Cells() {}

    /** Prints the MIME types and the HTML of each cell's value. */
    public static void main(String[] files) throws Exception {
      try (JavaKernel kernel = JavaKernel.open(KernelSettings.plain())) {
        for (String file : files) {
          CellResult result = kernel.execute(Files.readString(Path.of(file)), new Recorder());
          String text =
              result.ok()
                  ? result.value() == null ? "none" : result.value().get("data").toString()
                  : result.error().plain();
          Files.writeString(Path.of(file + ".out"), text);
        }
      }
      System.exit(0);
    }
  }

  private static List<String> entries(boolean libraries) {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(e -> LIBRARY.test(e.replace('\\', '/')) == libraries)
        .toList();
  }

  private List<String> run(List<String> cells) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.awt.headless=true",
                "-cp",
                String.join(File.pathSeparator, entries(false)),
                Cells.class.getName()));
    List<Path> files = new java.util.ArrayList<>();
    for (String cell : cells) {
      files.add(Files.writeString(dir.resolve("cell" + files.size()), cell));
      command.add(files.get(files.size() - 1).toString());
    }
    File log = dir.resolve("log").toFile();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertTrue(process.waitFor(120, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), () -> read(log.toPath()));
    return files.stream().map(f -> read(f.resolveSibling(f.getFileName() + ".out"))).toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (java.io.IOException e) {
      return e.toString();
    }
  }

  @Test
  void extensionsOfJarsAddedByACellAreInstalled() throws Exception {
    Path jar =
        TestJars.withClass(
            dir,
            "late.Ducks",
            "implements org.dflib.jjava.jupyter.Extension",
            "public void install("
                + "org.dflib.jjava.jupyter.kernel.BaseKernel kernel) {"
                + "kernel.getRenderer().createRegistration(StringBuilder.class).preferring("
                + "\"text/html\").register((b, c) -> c.getOutputContainer().putHTML(\"duck\"));}");
    try (FileSystem zip = FileSystems.newFileSystem(jar)) {
      Path services = zip.getPath("META-INF/services");
      Files.createDirectories(services);
      Files.writeString(services.resolve("org.dflib.jjava.jupyter.Extension"), "late.Ducks");
    }
    try (JavaKernel kernel = JavaKernel.open(KernelSettings.plain())) {
      kernel.addToClassPath(List.of(jar));
      String html =
          kernel.render(new StringBuilder()).getAsJsonObject("data").get("text/html").getAsString();
      assertEquals("duck", html);
    }
  }

  @Test
  void tablesAndChartsOfJarsAddedByACellAreRendered() throws Exception {
    String jars = entries(true).stream().map(e -> "\"" + e + "\"").collect(Collectors.joining(" "));
    List<String> shown =
        run(
            List.of(
                "Class.forName(\"tech.tablesaw.api.Table\")",
                "%jars " + jars,
                "import tech.tablesaw.api.*;\n"
                    + "Table.create(\"t\", IntColumn.create(\"n\", 1, 2))",
                "var chart = new org.knowm.xchart.XYChartBuilder().width(90).height(60).build();\n"
                    + "chart.addSeries(\"s\", new double[] {1, 2});\nchart",
                "ai.djl.nn.Blocks.identityBlock()"));
    assertTrue(shown.get(0).contains("ClassNotFoundException"), shown.get(0));
    assertEquals("none", shown.get(1));
    assertTrue(shown.get(2).contains("t: 2 rows × 1 columns"), shown.get(2));
    assertTrue(shown.get(3).contains("image/png"), shown.get(3));
    assertTrue(shown.get(4).contains("LambdaBlock: 0 parameters"), shown.get(4));
  }
}
