package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelCommandTest {

  @TempDir Path kernels;

  private Path installed() throws IOException {
    try (Stream<Path> files = Files.walk(kernels)) {
      return files.filter(file -> file.endsWith("kernel.json")).findFirst().orElseThrow();
    }
  }

  private String install(String... options) throws IOException {
    String[] words =
        Stream.concat(
                Stream.of("kernel", "install", "--no-archive", "--directory", kernels.toString()),
                Stream.of(options))
            .toArray(String[]::new);
    Cli run = Cli.run(words);
    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains(installed().toString()), run.out());
    return Files.readString(installed());
  }

  @Test
  void theSpecStartsThisJavaForTheLanguageJava() throws IOException {
    String spec = install();

    assertTrue(spec.contains("\"{connection_file}\""), spec);
    assertTrue(spec.contains(System.getProperty("java.home")), spec);
    assertTrue(spec.contains("\"language\": \"java\""), spec);
    assertTrue(spec.contains("\"interrupt_mode\": \"message\""), spec);
    assertTrue(spec.contains("-Dresgen.home=" + Home.find().orElseThrow()), spec);
    assertTrue(spec.contains("\"display_name\": \"ResGen (Java)\""), spec);
    assertTrue(spec.contains("-Djshell.kernel.deviceProperty=resgen.device"), spec);
    assertTrue(spec.contains("-Djshell.kernel.sources=" + Home.find().orElseThrow()), spec);
    assertEquals(kernels.resolve("resgen-java/kernel.json"), installed());
  }

  @Test
  void theSpecNamesTheSourcesOfEveryModule() throws IOException {
    String spec = install();
    List<Path> sources;
    try (Stream<Path> modules = Files.list(Home.find().orElseThrow().resolve("lib"))) {
      sources =
          modules
              .map(module -> module.resolve("src/main/java"))
              .filter(Files::isDirectory)
              .toList();
    }

    assertTrue(sources.size() > 1, sources.toString());
    for (Path folder : sources) {
      assertTrue(spec.contains(folder.toString()), folder + " is not in " + spec);
    }
  }

  @Test
  void javaOptionsArePassedOn() throws IOException {
    String spec = install("--java-option=-Xmx3g", "--java-option", "-Dx=y");

    assertTrue(spec.contains("\"-Xmx3g\""), spec);
    assertTrue(spec.contains("\"-Dx=y\""), spec);
  }

  @Test
  void installingAgainReplaces() throws IOException {
    install("--java-option=-Xmx3g");
    String again = install();

    assertTrue(!again.contains("-Xmx3g"), again);
  }

  @Test
  void aFolderThatCannotBeMadeFailsByName() throws IOException {
    Path file = Files.writeString(kernels.resolve("file"), "");

    Cli run = Cli.run("kernel", "install", "--no-archive", "--directory", file.toString());

    assertEquals(Main.FAILED, run.exitCode());
    assertTrue(run.err().contains(file.toString()), run.err());
  }
}
