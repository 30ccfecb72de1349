package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StudyCommandTest {

  @Test
  void withoutANameItListsHowFarTheStudiesAre() {
    Cli listed = Cli.run("study");

    assertEquals(Main.OK, listed.exitCode(), listed.err());
    assertTrue(listed.out().matches("(?s).*table1 +\\d+ of +30 done\\R.*"), listed.out());
  }

  @Test
  void aDryRunNamesWhatIsMissing() {
    Cli dry = Cli.run("study", "pareto", "--only", "rq-transformer", "--dry-run");

    assertEquals(Main.OK, dry.exitCode(), dry.err());
    assertTrue(dry.out().matches("(?s)pareto +\\d of +3 done\\R.*"), dry.out());
    assertEquals(
        3 - Integer.parseInt(dry.out().split(" +")[1]),
        dry.out().lines().filter(line -> line.startsWith("  pareto/rq-transformer, ")).count());
  }

  @Test
  void whatIsWrongIsUsage() {
    for (String[] wrong :
        new String[][] {
          {"study", "tabel1"},
          {"study", "table1", "--first-seeds", "0"},
          {"study", "--times"},
          {"study", "table1", "--times", "--rounds", "0"}
        }) {
      Cli cli = Cli.run(wrong);
      assertEquals(Main.USAGE, cli.exitCode(), cli.err());
    }
    assertTrue(Cli.run("study", "tabel1").err().contains("table1"));
  }
}
