package resgen.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Idioms of notebooks written for IJava. */
class IJavaSurfaceTest extends KernelTestBase {
  @TempDir Path dir;

  private static long timeout(String value) {
    return KernelSettings.fromEnvironment(Map.of("IJAVA_TIMEOUT", value)).timeoutMillis();
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 0",
    "0, 0",
    "5000, 5000",
    "1000 ms, 1000",
    "30s, 30000",
    "2 minutes, 120000",
    "1 HOURS, 3600000"
  })
  void timeoutTakesANumberOrAUnit(String value, long millis) {
    assertEquals(millis, timeout(value));
  }

  @Test
  void timeoutThatIsNoTimeIsNamed() {
    for (String wrong : List.of("soon", "5 parsecs", "1.5")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> timeout(wrong)).getMessage();
      assertTrue(message.endsWith("but is " + wrong), message);
    }
  }

  @Test
  void startupScriptsComeInOrderFromGlobsAndBeforeTheScriptOfText() throws Exception {
    Files.writeString(dir.resolve("b.jsh"), "String order = order0 + \"b\";");
    Files.writeString(dir.resolve("a.jsh"), "String order0 = \"a\";");
    Path other = Files.createDirectory(dir.resolve("other"));
    Files.writeString(other.resolve("c.jshell"), "order += \"c\";");
    KernelSettings settings =
        KernelSettings.fromEnvironment(
            Map.of(
                "IJAVA_STARTUP_SCRIPTS_PATH",
                dir + "/*.jsh" + File.pathSeparator + other + "/*",
                "IJAVA_STARTUP_SCRIPT",
                "order += \"d\";"));
    try (JavaKernel own = JavaKernel.open(settings)) {
      CellResult result = own.execute("order", recorder);
      assertEquals("abcd", result.value().getAsJsonObject("data").get("text/plain").getAsString());
    }
  }

  @Test
  void compilerOptionsReachTheCells() {
    KernelSettings settings =
        KernelSettings.fromEnvironment(Map.of("IJAVA_COMPILER_OPTS", "-deprecation -Xlint:none"));
    assertEquals(List.of("-deprecation", "-Xlint:none"), settings.compilerOptions());
    try (JavaKernel own = JavaKernel.open(settings)) {
      assertTrue(own.execute("1 + 1", recorder).ok());
    }
  }

  @Test
  void aMagicIsAValueOnlyWhereItIsAssigned() throws Exception {
    Path jar = TestJars.withClass(dir, "demo.One", "public static int one() { return 1; }");
    assertNull(run("%jars " + jar).value());
    run("List<String> added = %jars " + dir + "/*.jar\nint one = demo.One.one();");
    assertEquals("true", text("added.get(0).endsWith(\"demo.One.jar\")"));
    assertEquals("1", text("one"));
  }

  @Test
  void displayRenderUpdateAndEval() {
    run("String id = display(render(\"**a**\", \"text/markdown\"));");
    run("updateDisplay(id, \"**b**\", \"text/markdown\");");
    assertEquals(List.of("display", "update"), recorder.events);
    assertEquals(
        "**b**",
        recorder.bundles.get(1).getAsJsonObject("data").get("text/markdown").getAsString());
    assertEquals("6", text("eval(\"int inner = 5;\\ninner + 1\")"));
    assertEquals("5", text("inner"));
    assertEquals("true", text("getKernelInstance() != null"));
  }

  @Test
  void loadRunsScriptsAndNotebooks() throws Exception {
    Files.writeString(dir.resolve("one.jsh"), "int one = 1;");
    Files.writeString(
        dir.resolve("two.ipynb"),
        "{\"cells\":[{\"cell_type\":\"markdown\",\"metadata\":{},\"source\":\"x\"},"
            + "{\"cell_type\":\"code\",\"metadata\":{},\"outputs\":[],\"execution_count\":null,"
            + "\"source\":[\"int two = \",\"one + 1;\"]}],\"metadata\":{},\"nbformat\":4,"
            + "\"nbformat_minor\":4}");
    run("%load " + dir.resolve("one"));
    run("%load " + dir.resolve("two.ipynb"));
    assertEquals("3", text("one + two"));
    assertTrue(fail("%load " + dir.resolve("three.jsh")).message().contains("three.jsh"));
  }

  @Test
  void wrongCoordinatesAreNamed() {
    assertTrue(fail("%maven org.example:thing").message().contains("org.example:thing"));
  }
}
