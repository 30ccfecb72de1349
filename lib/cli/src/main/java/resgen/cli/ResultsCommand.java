package resgen.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.lab.metric.Results;
import resgen.lab.study.OldResults;
import resgen.lab.study.Study;

/** {@code resgen results}: the files of measured numbers. */
@Command(
    name = "results",
    description = "Measured numbers: bring them together, or into today's form.",
    mixinStandardHelpOptions = true,
    subcommands = {
      ResultsCommand.Gather.class,
      ResultsCommand.Convert.class,
      ResultsCommand.Rename.class
    })
final class ResultsCommand extends Group {

  ResultsCommand() {}

  /** {@code resgen results gather}. */
  @Command(
      name = "gather",
      description = {
        "Add what shards of studies have measured, data/results/cells, to data/results/NAME.csv.",
        "The files are the same in whatever order numbers were measured and gathered."
      },
      mixinStandardHelpOptions = true)
  static final class Gather implements Callable<Integer> {

    @Spec private CommandSpec spec;

    Gather() {}

    @Override
    public Integer call() {
      int gathered = Results.ofProject().gather();
      spec.commandLine().getOut().printf("gathered %,d cells%n", gathered);
      return Main.OK;
    }
  }

  /** {@code resgen results convert}. */
  @Command(
      name = "convert",
      description = {
        "Bring results that have a column for each number into the form with a row for each.",
        "Nothing is lost, and files that have the new form stay as they are."
      },
      mixinStandardHelpOptions = true)
  static final class Convert implements Callable<Integer> {

    @Spec private CommandSpec spec;

    Convert() {}

    @Override
    public Integer call() {
      List<String> converted = OldResults.convert(Results.ofProject());
      spec.commandLine()
          .getOut()
          .println(converted.isEmpty() ? "nothing to convert" : "converted " + converted);
      return Main.OK;
    }
  }

  /** {@code resgen results rename}. */
  @Command(
      name = "rename",
      description = {
        "Give measured numbers the ids that the experiments have now, where settings have a new form.",
        "The file lists what experiments' ids were: NAME model, NAME cells, a tab, the ids."
      },
      mixinStandardHelpOptions = true)
  static final class Rename implements Callable<Integer> {

    @Parameters(paramLabel = "FILE", description = "ids as they were")
    private Path file;

    @Spec private CommandSpec spec;

    Rename() {}

    @Override
    public Integer call() {
      Map<String, String> ids = Study.renamed(file);
      Results.ofProject().rename(ids);
      spec.commandLine().getOut().printf("%,d ids have changed%n", ids.size());
      return Main.OK;
    }
  }
}
