package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelSpecTest {
  @TempDir Path dir;

  @Test
  void namesJavaClassPathAndInterruptMode() throws Exception {
    KernelSpec.Options options =
        new KernelSpec.Options(
            "own",
            "Own",
            Path.of("/opt/java/bin/java"),
            "a.jar:lib/*",
            List.of("-Xmx1g"),
            Map.of("A", "b"));
    Path file = KernelSpec.install(options, dir);
    assertEquals(dir.resolve("own/kernel.json"), file);
    JsonObject spec = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    String argv = spec.get("argv").toString();
    assertTrue(argv.startsWith("[\"/opt/java/bin/java\",\"-Djava.awt.headless=true\""), argv);
    assertTrue(
        argv.endsWith(
            "\"-Xmx1g\",\"-cp\",\"a.jar:lib/*\",\"resgen.kernel.Main\",\"{connection_file}\"]"),
        argv);
    assertEquals("message", spec.get("interrupt_mode").getAsString());
    assertEquals("java", spec.get("language").getAsString());
    assertEquals("Own", spec.get("display_name").getAsString());
    JsonObject env = spec.getAsJsonObject("env");
    assertEquals("true", env.get("OPT_OUT_TRACKING").getAsString());
    assertEquals("b", env.get("A").getAsString());
    assertEquals(
        dir.resolve("own/history.jsonl").toString(),
        env.get("JSHELL_KERNEL_HISTORY").getAsString());
  }

  @Test
  void crashReportsGoBesideTheSpec() throws Exception {
    String argv = Files.readString(KernelSpec.install(KernelSpec.Options.ofThisJvm(), dir));
    Path crashes = dir.resolve("jshell/crashes");
    assertTrue(Files.isDirectory(crashes));
    assertTrue(argv.contains("-XX:ErrorFile=" + crashes + "/crash-%p.log"), argv);
  }

  @Test
  void theClassPathOfThisJvmIsAbsolute() {
    for (String entry :
        KernelSpec.Options.ofThisJvm().classPath().split(java.io.File.pathSeparator)) {
      assertTrue(Path.of(entry).isAbsolute(), entry);
    }
  }

  @Test
  void aNameThatJupyterWouldNotTakeIsRefused() {
    for (String name : List.of("", "a b", "../x", "ä")) {
      String said =
          assertThrows(
                  IllegalArgumentException.class,
                  () -> KernelSpec.Options.ofThisJvm().withName(name, "x"))
              .getMessage();
      assertTrue(said.contains("but is " + name), said);
    }
  }

  @Test
  void variablesKeepTheirFormerNames() {
    assertEquals("a", Variables.get(Map.of("RESGEN_KERNEL_REMOTE", "a"), Variables.REMOTE));
    assertEquals(
        "b",
        Variables.get(
            Map.of("RESGEN_KERNEL_SOURCES", "a", "JSHELL_KERNEL_SOURCES", "b"), Variables.SOURCES));
    assertNull(Variables.get(Map.of(), Variables.HISTORY));
    assertTrue(
        KernelSettings.fromEnvironment(Map.of("RESGEN_KERNEL_HISTORY", "/x/y"))
            .history()
            .isPresent());
  }
}
