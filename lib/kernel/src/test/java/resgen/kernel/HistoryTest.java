package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryTest {
  @TempDir Path dir;

  @Test
  void cellsOutliveTheirKernelAndResultsDoNot() throws Exception {
    Path file = dir.resolve("deep/history.jsonl");
    History first = History.in(file);
    first.add(1, "int a = 1;\na");
    first.output(1, "1");
    assertEquals(new History.Entry(1, 1, "int a = 1;\na", "1"), first.entries().get(0));
    assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
    History second = History.in(file);
    second.add(1, "b");
    assertEquals(2, second.session());
    assertEquals(
        List.of(new History.Entry(1, 1, "int a = 1;\na", null), new History.Entry(2, 1, "b", null)),
        second.entries());
    second.output(1, "2");
    assertEquals(null, second.entries().get(0).output());
  }

  @Test
  void brokenLinesAreSkippedAndOldOnesForgotten() throws Exception {
    Path file = dir.resolve("history.jsonl");
    StringBuilder text = new StringBuilder("{\"session\":3,\"li\n");
    for (int i = 0; i < 5000; i++) {
      text.append("{\"session\":4,\"line\":").append(i).append(",\"code\":\"c\"}\n");
    }
    Files.writeString(file, text);
    History history = History.in(file);
    assertEquals(2000, history.entries().size());
    assertEquals(5, history.session());
    assertEquals(2000, Files.readAllLines(file).size());
  }

  @Test
  void aFileThatCannotBeWrittenStopsNothing() throws Exception {
    History history = History.in(Files.writeString(dir.resolve("x"), "").resolve("history"));
    history.add(1, "a");
    assertEquals(1, history.entries().size());
  }

  @Test
  void theEnvironmentSaysWhereOrNot() {
    assertTrue(KernelSettings.fromEnvironment(Map.of()).history().isEmpty());
    assertTrue(
        KernelSettings.fromEnvironment(Map.of("RESGEN_KERNEL_HISTORY", "off")).history().isEmpty());
    assertFalse(
        KernelSettings.fromEnvironment(Map.of("JSHELL_KERNEL_HISTORY", "/x/y"))
            .history()
            .isEmpty());
  }
}
