package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import resgen.settings.DataHome;

class MainTest {

  /** The words of every command, subcommands of subcommands included. */
  static Stream<String> everyCommand() {
    List<String> names = new ArrayList<>();
    collect(Main.commandLine(), "", names);
    return names.stream();
  }

  private static void collect(CommandLine command, String prefix, List<String> names) {
    command
        .getSubcommands()
        .forEach(
            (name, sub) -> {
              if (!name.equals("help")) {
                names.add(prefix + name);
                collect(sub, prefix + name + " ", names);
              }
            });
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandExplainsItself(String command) {
    Cli help = Cli.run((command + " --help").split(" "));

    assertEquals(Main.OK, help.exitCode(), help.err());
    assertTrue(help.out().startsWith("Usage: resgen " + command), help.out());
    assertTrue(help.out().contains("--help"), help.out());
    assertEquals("", help.err());
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void everyCommandHasADescription(String command) {
    assertTrue(find(command).getCommandSpec().usageMessage().description().length > 0);
  }

  private static CommandLine find(String command) {
    CommandLine at = Main.commandLine();
    for (String word : command.split(" ")) {
      at = at.getSubcommands().get(word);
    }
    return at;
  }

  @ParameterizedTest
  @MethodSource("everyCommand")
  void anUnknownOptionIsRefusedByItsName(String command) {
    List<String> words = new ArrayList<>(List.of(command.split(" ")));
    for (ArgSpec needed : find(command).getCommandSpec().requiredArgs()) {
      words.add(needed instanceof OptionSpec option ? option.longestName() + "=x" : "x");
    }
    words.add("--no-such-option");
    Cli wrong = Cli.run(words.toArray(String[]::new));

    assertEquals(Main.USAGE, wrong.exitCode());
    assertTrue(wrong.err().contains("--no-such-option"), wrong.err());
    assertEquals("", wrong.out());
  }

  @Test
  void theHelpNamesTheExitCodes() {
    Cli help = Cli.run("--help");

    assertEquals(Main.OK, help.exitCode());
    for (String code : List.of("0", "1", "2", "130")) {
      assertTrue(help.out().lines().anyMatch(line -> line.strip().startsWith(code + " ")), code);
    }
  }

  @Test
  void whereASampleDependsOnItsBatchIsSaidInTheSameWords() throws IOException {
    Path root = DataHome.project();
    String said = "samples drawn fewer than four at a time may differ from those of larger batches";
    for (String text :
        List.of(
            Cli.run("sample", "--help").out(),
            Cli.run("evaluate", "--help").out(),
            Files.readString(root.resolve("README.md")),
            Files.readString(root.resolve("lib/core/src/main/java/resgen/sample/Sampling.java")))) {
      String words = text.toLowerCase(Locale.ROOT).replaceAll("[\\s*]+", " ");
      assertTrue(words.contains(said), text);
    }
  }

  @Test
  void noCommandIsAWrongUse() {
    Cli nothing = Cli.run();

    assertEquals(Main.USAGE, nothing.exitCode());
    assertTrue(nothing.err().contains("Usage: resgen"), nothing.err());
  }

  @Test
  void aWrongUseIsSaidInAFewLinesWithoutAllOptions() {
    for (String wrong : List.of("--per-class=0", "--per-class=x", "--no-such", "--output=p.gif")) {
      Cli run = Cli.run("sample", wrong);

      assertEquals(Main.USAGE, run.exitCode(), run.err());
      assertTrue(run.err().lines().count() <= 4, run.err());
    }
  }

  @Test
  void aMisspeltCommandIsRefusedWithASuggestion() {
    Cli wrong = Cli.run("dotcor");

    assertEquals(Main.USAGE, wrong.exitCode());
    assertTrue(wrong.err().contains("dotcor"), wrong.err());
    assertTrue(wrong.err().contains("doctor"), wrong.err());
  }

  @Test
  void theVersionIsOneLine() {
    Cli version = Cli.run("--version");

    assertEquals(Main.OK, version.exitCode());
    assertEquals(1, version.out().lines().count());
    assertTrue(version.out().startsWith("resgen "), version.out());
    assertFalse(version.out().contains("null"), version.out());
  }

  /** Lists of commands show the first line of a description alone. */
  @Test
  void theFirstLineOfEveryDescriptionIsSentences() {
    List<String> bad = new ArrayList<>();
    describe(Main.commandLine(), bad);
    assertEquals(List.of(), bad);
  }

  private static void describe(CommandLine command, List<String> bad) {
    String[] lines = command.getCommandSpec().usageMessage().description();
    if (lines.length == 0 || !lines[0].endsWith(".")) {
      bad.add(command.getCommandName() + ": " + List.of(lines));
    }
    command.getSubcommands().values().forEach(each -> describe(each, bad));
  }
}
