package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.torch.Torch;

/** Against a shell script in the Python program's place. */
@EnabledOnOs(OS.LINUX)
class PythonTest {

  @TempDir private Path folder;

  private Path script(String lines) throws IOException {
    Path script = folder.resolve("worker.sh");
    Files.writeString(script, lines);
    return script;
  }

  private static final String ANSWERS =
      """
      while read -r line; do
        case "$line" in
          *hello*) echo '{"torch": "9.9", "python": "3"}' ;;
          *'"open"'*missing*) echo '{"error": "ValueError: no task"}' ;;
          *'"open"'*) echo '{"note": "a way"}' ;;
          *'"run"'*) echo '{"wall": [0.5, 1], "cpu": [0.25, 2]}' ;;
          *) echo '{}' ;;
        esac
      done
      """;

  @Test
  void timesComeOverThePipe() throws IOException {
    try (Python python = new Python("/bin/sh", script(ANSWERS), 1)) {
      assertEquals("9.9", python.torch());
      try (Timing.Contestant task = python.open("theirs", "forward", Map.of())) {
        assertEquals("a way", task.note());
        assertEquals(
            List.of(new Stopwatch.Elapsed(0.5, 0.25), new Stopwatch.Elapsed(1, 2)), task.run(2));
      }
    }
  }

  @Test
  void theOtherSidesErrorIsTold() throws IOException {
    try (Python python = new Python("/bin/sh", script(ANSWERS), 1)) {
      String message =
          assertThrows(
                  IllegalStateException.class, () -> python.open("theirs", "missing", Map.of()))
              .getMessage();
      assertTrue(message.contains("no task"), message);
    }
  }

  @Test
  void anEndOfTheProgramIsTold() throws IOException {
    Path ends = script("exit 3\n");

    String message =
        assertThrows(RuntimeException.class, () -> new Python("/bin/sh", ends, 1)).getMessage();
    assertTrue(message.contains("Python program"), message);
  }

  @Test
  void whatDoesNotStartIsNamed() throws IOException {
    Path worker = script("");
    Path nowhere = folder.resolve("none.py");

    assertTrue(
        assertThrows(IllegalStateException.class, () -> new Python("no-such-python", worker, 1))
            .getMessage()
            .contains("no-such-python"));
    assertTrue(
        assertThrows(IllegalStateException.class, () -> new Python("/bin/sh", nowhere, 1))
            .getMessage()
            .contains("none.py"));
  }

  private static final String EVERY_RUN_TAKES_A_SECOND =
      """
      while read -r line; do
        case "$line" in
          *hello*) echo '{"torch": "9.9", "python": "3"}' ;;
          *'"open"'*) echo '{"note": ""}' ;;
          *'"run"'*) echo '{"wall": [1], "cpu": [1]}' ;;
          *) echo '{}' ;;
        esac
      done
      """;

  static List<String> comparisons() {
    return AgainstPython.tasks();
  }

  @ParameterizedTest
  @MethodSource("comparisons")
  void everyComparisonHasBothSides(String task) throws IOException {
    Torch.threads(1);
    try (Python python = new Python("/bin/sh", script(EVERY_RUN_TAKES_A_SECOND), 1)) {
      AgainstPython compare = new AgainstPython(python, "tiny", false);

      List<Timing> timings = compare.run(task, new Timing.Plan(1, 1, 0, 0));

      assertEquals("python fp32", timings.get(0).name());
      assertTrue(timings.stream().anyMatch(t -> t.name().equals("ours fp32")), task);
      List<Map<String, Object>> rows = compare.rows(task, timings, Machine.here("fp32"));
      assertEquals(1f, rows.get(0).get("wall_ratio"));
      assertEquals("9.9", rows.get(0).get("python_torch"));
      assertEquals(
          List.of("preset", "task", "contestant", "rounds", "wall_ms"),
          List.copyOf(rows.get(0).keySet()).subList(0, 5));
    }
  }
}
