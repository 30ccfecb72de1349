package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotebookRunnerTest {
  @TempDir Path dir;

  private Path notebook(String... cells) throws Exception {
    JsonObject root = new JsonObject();
    JsonArray all = new JsonArray();
    JsonObject title = new JsonObject();
    title.addProperty("cell_type", "markdown");
    title.add("metadata", new JsonObject());
    title.addProperty("source", "# A <title> & more");
    all.add(title);
    for (String code : cells) {
      JsonObject cell = new JsonObject();
      cell.addProperty("cell_type", "code");
      cell.addProperty("execution_count", 99);
      JsonObject metadata = new JsonObject();
      if (code.startsWith("#")) {
        JsonArray tags = new JsonArray();
        tags.add(code.substring(1, code.indexOf('\n')));
        metadata.add("tags", tags);
        code = code.substring(code.indexOf('\n') + 1);
      }
      cell.add("metadata", metadata);
      JsonArray source = new JsonArray();
      for (String line : code.split("(?<=\n)")) {
        source.add(line);
      }
      cell.add("source", source);
      cell.add("outputs", new JsonArray());
      all.add(cell);
    }
    root.add("cells", all);
    root.add("metadata", new JsonObject());
    root.addProperty("nbformat", 4);
    root.addProperty("nbformat_minor", 5);
    return Files.writeString(dir.resolve("in.ipynb"), root.toString());
  }

  private JsonArray outputs(Path file, int cell) {
    return NotebookFile.read(file).codeCells().get(cell).getAsJsonArray("outputs");
  }

  private static String field(JsonArray outputs, int i, String name) {
    return outputs.get(i).getAsJsonObject().get(name).getAsString();
  }

  @Test
  void writesStreamsDisplaysUpdatesAndResults() throws Exception {
    Path in =
        notebook(
            "import java.util.*;\nString id = display(\"first\");\nSystem.out.print(\"a\");\n"
                + "System.out.print(\"b\");\nSystem.err.print(\"c\");",
            "",
            "updateDisplay(id, \"<b>second</b>\", \"text/html\");\n1 + 1",
            "System.out.print(\"gone\"); clearOutput(); System.out.print(\"kept\");");
    Path out = dir.resolve("sub/out.ipynb");
    NotebookRunner.Report report = NotebookRunner.run(in, out, NotebookRunner.Options.plain());
    assertEquals(3, report.cells());
    JsonArray first = outputs(out, 0);
    assertEquals(3, first.size());
    assertEquals("display_data", field(first, 0, "output_type"));
    assertEquals(
        "<b>second</b>",
        first.get(0).getAsJsonObject().getAsJsonObject("data").get("text/html").getAsString());
    assertEquals("ab", field(first, 1, "text"));
    assertEquals("stderr", field(first, 2, "name"));
    JsonArray second = outputs(out, 2);
    assertEquals("execute_result", field(second, 0, "output_type"));
    assertEquals("2", field(second, 0, "execution_count"));
    JsonArray third = outputs(out, 3);
    assertEquals(1, third.size());
    assertEquals("kept", field(third, 0, "text"));
    assertTrue(Files.readString(out).contains("# A <title> & more"));
    assertTrue(Files.readString(out).contains("\"name\": \"jshell\""));
    try (var files = Files.list(out.getParent())) {
      assertEquals(List.of(out), files.toList(), "no temporary file stays");
    }
  }

  @Test
  void stopsAtTheFirstErrorAndKeepsWhatRan() throws Exception {
    Path in = notebook("int a = 1;\na", "int b = a / 0;", "System.out.print(\"not run\");");
    Path out = dir.resolve("out.ipynb");
    NotebookRunner.NotebookFailed failed =
        assertThrows(
            NotebookRunner.NotebookFailed.class,
            () -> NotebookRunner.run(in, out, NotebookRunner.Options.plain()));
    assertEquals(2, failed.cell());
    assertTrue(failed.getMessage().contains("in.ipynb: cell 2 failed"), failed.getMessage());
    assertTrue(failed.getMessage().contains("/ by zero"), failed.getMessage());
    assertEquals("execute_result", field(outputs(out, 0), 0, "output_type"));
    assertEquals("java.lang.ArithmeticException", field(outputs(out, 1), 0, "ename"));
    assertEquals(0, outputs(out, 2).size());
  }

  @Test
  void tagsAllowErrorsAndSkipCells() throws Exception {
    Path in = notebook("#raises-exception\nint b = 1 / 0;", "#skip-execution\nint c = 1 / 0;", "3");
    Path out = dir.resolve("out.ipynb");
    assertEquals(2, NotebookRunner.run(in, out, NotebookRunner.Options.plain()).cells());
    assertEquals(
        "3",
        outputs(out, 2)
            .get(0)
            .getAsJsonObject()
            .getAsJsonObject("data")
            .get("text/plain")
            .getAsString());
  }

  @Test
  void endlessCellEndsAtItsLimit() throws Exception {
    Path in = notebook("System.out.println(\"begun\");\nwhile (true) {}");
    Path out = dir.resolve("out.ipynb");
    NotebookRunner.Options options =
        new NotebookRunner.Options(Duration.ofSeconds(5), (cell, cells, code) -> {});
    NotebookRunner.NotebookFailed failed =
        assertThrows(
            NotebookRunner.NotebookFailed.class, () -> NotebookRunner.run(in, out, options));
    assertTrue(failed.getMessage().contains("longer than 5.0 s"), failed.getMessage());
    assertEquals("begun\n", field(outputs(out, 0), 0, "text"));
  }

  @Test
  void whatIsNoNotebookIsNamed() throws Exception {
    Path file = Files.writeString(dir.resolve("x.ipynb"), "{\"cells\": 3");
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> NotebookRunner.run(file, file, NotebookRunner.Options.plain()));
    assertTrue(e.getMessage().contains("x.ipynb: not a notebook"), e.getMessage());
  }
}
