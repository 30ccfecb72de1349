package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CrashReportsTest {
  @TempDir Path dir;

  @Test
  void aReportIsToldOnceWithItsSignalAndFrame() throws Exception {
    Path report =
        Files.writeString(
            dir.resolve("crash-7.log"),
            "#\n# A fatal error\n#\n#  SIGSEGV (0xb) at pc=0x1, pid=7, tid=8\n#\n"
                + "# Problematic frame:\n# C  [libtorch.so+0x12]\n#\n");
    List<String> told = CrashReports.untold(dir);
    assertEquals(1, told.size());
    assertTrue(told.get(0).contains("(SIGSEGV (0xb)), in C  [libtorch.so+0x12]"), told.get(0));
    assertTrue(told.get(0).endsWith(report.toString()), told.get(0));
    assertEquals(List.of(), CrashReports.untold(dir));
    Path next = Files.writeString(dir.resolve("crash-9.log"), "# nothing to read\n");
    Files.setLastModifiedTime(
        next, FileTime.fromMillis(Files.getLastModifiedTime(report).toMillis() + 2000));
    assertTrue(CrashReports.untold(dir).get(0).endsWith(next.toString()));
  }

  @Test
  void aFolderThatIsMissingHasNone() {
    assertEquals(List.of(), CrashReports.untold(dir.resolve("none")));
  }
}
