package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
            Path.of("/opt/java/bin/java"), "a.jar:lib/*", List.of("-Xmx1g"), Map.of("A", "b"));
    Path file = KernelSpec.install(options, dir);
    assertEquals(dir.resolve("resgen-java/kernel.json"), file);
    JsonObject spec = JsonParser.parseString(Files.readString(file)).getAsJsonObject();
    String argv = spec.get("argv").toString();
    assertTrue(argv.startsWith("[\"/opt/java/bin/java\",\"-Djava.awt.headless=true\""), argv);
    assertTrue(
        argv.endsWith(
            "\"-Xmx1g\",\"-cp\",\"a.jar:lib/*\",\"resgen.kernel.Main\",\"{connection_file}\"]"),
        argv);
    assertEquals("message", spec.get("interrupt_mode").getAsString());
    assertEquals("java", spec.get("language").getAsString());
    JsonObject env = spec.getAsJsonObject("env");
    assertEquals("true", env.get("OPT_OUT_TRACKING").getAsString());
    assertEquals("b", env.get("A").getAsString());
    assertEquals(
        dir.resolve("resgen-java/history.jsonl").toString(),
        env.get("RESGEN_KERNEL_HISTORY").getAsString());
  }

  @Test
  void crashReportsGoBesideTheSpec() throws Exception {
    String argv = Files.readString(KernelSpec.install(KernelSpec.Options.ofThisJvm(), dir));
    Path crashes = dir.resolve("resgen-java/crashes");
    assertTrue(Files.isDirectory(crashes));
    assertTrue(argv.contains("-XX:ErrorFile=" + crashes + "/crash-%p.log"), argv);
  }
}
