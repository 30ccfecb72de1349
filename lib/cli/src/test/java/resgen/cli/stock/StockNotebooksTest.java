package resgen.cli.stock;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.settings.DataHome;

/**
 * The notebooks under a kernel that knows nothing of ours: every cell runs, every picture shows.
 */
class StockNotebooksTest {

  @TempDir Path folder;

  private static Path notebooks() {
    return DataHome.project().resolve("notebooks");
  }

  static Stream<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(notebooks())) {
      return files
          .filter(f -> f.toString().endsWith(".ipynb") && !f.toString().contains(".ipynb_"))
          .filter(f -> !f.endsWith("01-rvq-by-hand.ipynb"))
          .sorted()
          .toList()
          .stream();
    }
  }

  @Test
  void aNotebookShowsItsPictures() throws Exception {
    assertEquals(List.of(), shortfalls(notebooks().resolve("learn/01-rvq-by-hand.ipynb")));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("all")
  void everyNotebookShowsItsPictures(Path notebook) throws Exception {
    assertEquals(List.of(), shortfalls(notebook));
  }

  @Test
  void whatFallsShortIsNamed() throws Exception {
    List<String> found =
        shortfalls(
            notebook(
                "import org.knowm.xchart.XYChart;\nimport resgen.lab.chart.*;",
                "XYChart chart = Charts.lines(\\\"t\\\", \\\"x\\\", \\\"y\\\");\\n"
                    + "chart.addSeries(\\\"s\\\", new double[] {1}, new double[] {2});\\nchart",
                "Charts.picture(chart)",
                "int f() { return 1; }\\nvar made = new int[] {f()};",
                "int f() { return 2; }",
                "animation(null, 1)",
                "int[] numbers = {1};\\nnumbers"));

    assertEquals(4, found.size(), found::toString);
    assertTrue(found.get(0).startsWith("cell 2 shows org.knowm.xchart.XYChart@"), found::toString);
    assertEquals("cell 5 resets the variable made", found.get(1));
    assertTrue(found.get(2).startsWith("cell 6 fails: does not compile"), found::toString);
    assertTrue(found.get(3).startsWith("cell 7 shows [I@"), found::toString);
  }

  private Path notebook(String... cells) throws IOException {
    StringBuilder out = new StringBuilder();
    for (String cell : cells) {
      out.append(out.isEmpty() ? "" : ", ")
          .append("{\"cell_type\": \"code\", \"metadata\": {}, \"execution_count\": null, ")
          .append("\"outputs\": [], \"source\": \"")
          .append(cell.replace("\n", "\\n"))
          .append("\"}");
    }
    return Files.writeString(
        folder.resolve("made.ipynb"),
        "{\"nbformat\": 4, \"nbformat_minor\": 5, \"metadata\": {}, \"cells\": [" + out + "]}");
  }

  /** In a process of its own: a notebook sets threads and the engine of its JVM. */
  private List<String> shortfalls(Path notebook) throws Exception {
    Path found = folder.resolve("found.txt");
    Path log = folder.resolve("log.txt");
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Djava.awt.headless=true",
            "-Dai.djl.offline=true",
            "-Dai.djl.pytorch.num_interop_threads=1",
            "-Duser.language=en",
            "-cp",
            System.getProperty("java.class.path"),
            StockRun.class.getName(),
            notebook.toString(),
            found.toString());
    builder.environment().put("RESGEN_MODE", "smoke");
    Path spark = DataHome.project().resolve("lib/spark/target/spark-home");
    if (Files.isDirectory(spark)) { // as environment/resgen does, for learn/07
      builder.environment().put("SPARK_HOME", spark.toString());
      builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    }
    builder.redirectErrorStream(true).redirectOutput(log.toFile());
    Process run = builder.directory(DataHome.project().toFile()).start();
    try {
      assertTrue(run.waitFor(10, TimeUnit.MINUTES), notebook + " takes too long");
      assertEquals(0, run.exitValue(), () -> read(log));
      return Files.readAllLines(found);
    } finally {
      run.destroyForcibly();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
