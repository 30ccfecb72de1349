package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class StudyCommandTest {

  @Test
  void withoutANameItListsHowFarTheStudiesAre() {
    Cli listed = Cli.run("study");

    assertEquals(Main.OK, listed.exitCode(), listed.err());
    assertTrue(listed.out().matches("(?s).*table1 +\\d+ of +34 done\\R.*"), listed.out());
  }

  @Test
  void aDryRunNamesWhatIsMissing() {
    Cli dry = Cli.run("study", "pareto", "--only", "rq-transformer", "--dry-run");

    assertEquals(Main.OK, dry.exitCode(), dry.err());
    assertTrue(dry.out().matches("(?s)pareto +\\d of +1 done\\R.*"), dry.out());
    assertEquals(
        1 - Integer.parseInt(dry.out().split(" +")[1]),
        dry.out().lines().filter(line -> line.startsWith("  pareto/rq-transformer, ")).count());
  }

  @Test
  void aFinishedStudySaysThatItIs() {
    Cli done = Cli.run("study", "codes");

    assertEquals(Main.OK, done.exitCode(), done.err());
    assertTrue(
        done.out().matches("(?s)codes: all 24 numbers and trainings are there.*codes\\.csv\\R"),
        done.out());
    assertEquals("", done.err());
  }

  @Test
  void aShardOfAFinishedStudyHasNothingToDo() {
    Cli shard = Cli.run("study", "codes", "--shard", "2/4");

    assertEquals(Main.OK, shard.exitCode(), shard.err());
    assertTrue(shard.out().contains("the 3 pieces of shard 2/4 are done"), shard.out());
  }

  @Test
  void anExperimentThatThereIsNotIsToldFromThoseThereAre() {
    Cli wrong = Cli.run("study", "table1", "--only", "nosuch");

    assertEquals(Main.USAGE, wrong.exitCode(), wrong.out());
    assertTrue(wrong.err().contains("no experiment 'nosuch'; there are ar-resgen, "), wrong.err());
    assertTrue(wrong.err().contains("rq-transformer"), wrong.err());
  }

  @Test
  void withoutTheModuleSparkIsToldHowToCome() {
    String before = System.setProperty("resgen.cluster.module", "no-such.jar");
    try {
      Cli cli = Cli.run("study", "table1", "--spark", "local[1]");
      assertEquals(Main.FAILED, cli.exitCode(), cli.out());
      assertTrue(cli.err().contains("environment/setup --spark"), cli.err());
    } finally {
      if (before == null) {
        System.clearProperty("resgen.cluster.module");
      } else {
        System.setProperty("resgen.cluster.module", before);
      }
    }
  }

  @Test
  void aSecretIsNoWordOfACommand() {
    Cli cli =
        Cli.run(
            "study",
            "table1",
            "--spark",
            "local[1]",
            "--spark-set",
            "spark.authenticate.secret=my-own");
    assertEquals(Main.USAGE, cli.exitCode(), cli.err());
    assertTrue(cli.err().contains("_SPARK_AUTH_SECRET"), cli.err());
    assertFalse(cli.err().contains("my-own"), cli.err());
  }

  @Test
  void whatIsWrongIsUsage() {
    for (String[] wrong :
        new String[][] {
          {"study", "tabel1"},
          {"study", "table1", "--first-seeds", "0"},
          {"study", "--times"},
          {"study", "--shard", "1/2"},
          {"study", "table1", "--shard", "3/2"},
          {"study", "table1", "--shard", "half"},
          {"study", "table1", "--times", "--rounds", "0"},
          {"study", "--spark", "local[1]"},
          {"study", "table1", "--spark", "local[1]", "--shard", "1/2"},
          {"study", "table1", "--spark-set", "spark.task.cpus=2"}
        }) {
      Cli cli = Cli.run(wrong);
      assertEquals(Main.USAGE, cli.exitCode(), cli.err());
    }
    assertTrue(Cli.run("study", "tabel1").err().contains("table1"));
  }
}
