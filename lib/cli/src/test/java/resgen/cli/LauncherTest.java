package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code environment/resgen} with a small program in the place of the built one. */
class LauncherTest {
  private static final String PROGRAM =
      """
      import java.nio.file.*;
      public class Probe {
        public static void main(String[] args) throws Exception {
          Path data = Path.of(args[0]);
          Files.createDirectories(data.resolve("\\u9ce5"));
          try (var folders = Files.list(data)) {
            for (Path folder : folders.sorted().toList()) {
              System.out.println(folder.getFileName() + " " + Files.isDirectory(folder));
            }
          }
          System.out.println(java.nio.charset.Charset.defaultCharset());
        }
      }
      """;

  @TempDir Path dir;

  @BeforeEach
  void project() throws IOException {
    Path root = Home.find().orElseThrow().resolve("environment");
    assumeTrue(Files.isExecutable(Path.of("/bin/bash")), "no bash here");
    Path environment = Files.createDirectories(dir.resolve("environment"));
    for (String script : List.of("resgen", "common.sh")) {
      Files.copy(root.resolve(script), environment.resolve(script));
    }
    Path source = Files.writeString(dir.resolve("Probe.java"), PROGRAM);
    ToolProvider.getSystemJavaCompiler().run(null, null, null, source.toString());
    Path jar = Files.createDirectories(dir.resolve("lib/cli/target")).resolve("resgen-cli.jar");
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "Probe");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file, manifest)) {
      out.putNextEntry(new JarEntry("Probe.class"));
      out.write(Files.readAllBytes(dir.resolve("Probe.class")));
    }
  }

  /** The lines that the program prints; the folders 猫 and 犬 are made by the shell. */
  private List<String> lines(Map<String, String> locale) throws Exception {
    String script =
        "mkdir -p data/$'\\xe7\\x8c\\xab' data/$'\\xe7\\x8a\\xac'; exec bash environment/resgen data";
    ProcessBuilder builder = new ProcessBuilder("/bin/bash", "-c", script).directory(dir.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("LC_.*|LANG(UAGE)?"));
    builder.environment().putAll(locale);
    builder.environment().put("RESGEN_BUILD", "never");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    Process process =
        builder.redirectErrorStream(true).redirectOutput(dir.resolve("out").toFile()).start();
    assertTrue(process.waitFor(1, TimeUnit.MINUTES), "did not end");
    return Files.readString(dir.resolve("out"), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.contains("warning: setlocale")) // of bash itself, before it begins
        .toList();
  }

  @Test
  void foldersOfAnyAlphabetAreReadWhateverTheLocale() throws Exception {
    List<String> all = List.of("犬 true", "猫 true", "鳥 true", "UTF-8");
    for (Map<String, String> locale :
        List.of(
            Map.of("LC_ALL", "C"),
            Map.of("LANG", "C"),
            Map.<String, String>of(),
            Map.of("LC_CTYPE", "POSIX"),
            Map.of("LANG", "C.UTF-8"),
            Map.of("LC_ALL", "no_SUCH.UTF-8"))) {
      assertEquals(all, lines(locale), locale.toString());
    }
  }
}
