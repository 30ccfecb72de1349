package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What can be said of {@code environment/Dockerfile} without a Docker engine. */
class DockerfileTest {

  private record Instruction(String name, String arguments) {

    /** COPY's sources: neither its options nor its target. */
    List<String> sources() {
      List<String> words =
          Pattern.compile("\\s+")
              .splitAsStream(arguments)
              .filter(word -> !word.startsWith("--"))
              .toList();
      return words.subList(0, words.size() - 1);
    }
  }

  private static Path root;
  private static List<Instruction> instructions;

  @BeforeAll
  static void read() throws IOException {
    root = Home.find().orElseThrow();
    instructions = parse(Files.readAllLines(root.resolve("environment/Dockerfile")));
  }

  private static List<Instruction> parse(List<String> lines) {
    List<Instruction> found = new ArrayList<>();
    StringBuilder logical = new StringBuilder();
    for (String line : lines) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      boolean continued = line.endsWith("\\");
      logical.append(continued ? line.substring(0, line.length() - 1) : line);
      if (!continued) {
        String[] parts = logical.toString().strip().split("\\s+", 2);
        found.add(new Instruction(parts[0], parts[1]));
        logical.setLength(0);
      }
    }
    return found;
  }

  private static List<String> all(String name) {
    return instructions.stream()
        .filter(i -> i.name().equals(name))
        .map(Instruction::arguments)
        .toList();
  }

  private static List<Path> missing(Instruction copy) throws IOException {
    List<String> ignored =
        Files.readAllLines(root.resolve(".dockerignore")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .toList();
    List<Path> missing = new ArrayList<>();
    for (String source : copy.sources()) {
      Path path = Path.of(source);
      boolean out =
          ignored.stream()
              .anyMatch(p -> FileSystems.getDefault().getPathMatcher("glob:" + p).matches(path));
      if (out || !Files.exists(root.resolve(path))) {
        missing.add(path);
      }
    }
    return missing;
  }

  @Test
  void everyStageReadsFilesOfAnyAlphabet() {
    long stages = instructions.stream().filter(i -> i.name().equals("FROM")).count();
    long locales =
        instructions.stream()
            .filter(i -> i.name().equals("ENV") && i.arguments().equals("LC_ALL=C.UTF-8"))
            .count();
    assertEquals(stages, locales);
  }

  @Test
  void whatIsCopiedFromTheProjectExistsAndIsNotIgnored() throws IOException {
    List<Path> missing = new ArrayList<>();
    int copies = 0;
    for (Instruction i : instructions) {
      if (i.name().equals("COPY") && !i.arguments().contains("--from=")) {
        copies++;
        missing.addAll(missing(i));
      }
    }
    assertTrue(copies > 0);
    assertEquals(List.of(), missing);
    assertEquals(List.of(Path.of("out")), missing(new Instruction("COPY", "pom.xml out ./")));
  }

  @Test
  void stagesThatAreCopiedFromAreNamed() {
    Pattern from = Pattern.compile("--from=(\\S+)");
    for (String copy : all("COPY")) {
      Matcher matcher = from.matcher(copy);
      if (matcher.find()) {
        String stage = " AS " + matcher.group(1);
        assertTrue(all("FROM").stream().anyMatch(f -> f.endsWith(stage)), copy);
      }
    }
  }

  @Test
  void everyStageNamesItsRelease() {
    for (String from : all("FROM")) {
      assertTrue(from.matches("[\\w./-]+:[\\w.-]+( AS \\w+)?"), from);
      assertFalse(from.contains(":latest"), from);
    }
  }

  @Test
  void itRunsAsAUserWithAToken() {
    List<String> users = all("USER");
    assertEquals(List.of("resgen"), users.subList(users.size() - 1, users.size()));
    String command = all("CMD").get(0);
    assertTrue(command.startsWith("["), command);
    assertFalse(command.contains("token") || command.contains("password"), command);
    assertFalse(command.contains("allow-root"), command);
  }

  @Test
  void itInstallsWhatSetupInstalls() throws IOException {
    String setup = Files.readString(root.resolve("environment/setup"));
    Matcher jupyter = Pattern.compile("jupyter\\) packages\\+=\\(([^)]*)\\)").matcher(setup);
    assertTrue(jupyter.find());
    String installed = String.join(" ", all("RUN"));
    for (String part : jupyter.group(1).split(" ")) {
      assertTrue(installed.contains(" " + part + " "), part);
    }
    for (String run : all("RUN")) {
      if (run.contains("apt-get install")) {
        assertTrue(run.contains("--no-install-recommends"), run);
        assertTrue(run.contains("rm -rf /var/lib/apt/lists"), run);
      }
    }
  }

  @Test
  void whatThePagesSayOfItIsWhatItSays() throws IOException {
    String publish = "-p 127.0.0.1:8888:8888";
    assertTrue(Files.readString(root.resolve("environment/Dockerfile")).contains(publish));
    assertTrue(Files.readString(root.resolve("environment/README.md")).contains(publish));
    assertEquals(List.of("8888"), all("EXPOSE"));
  }
}
