package resgen.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.lab.metric.Results;
import resgen.lab.study.Cell;
import resgen.lab.study.SampleTimes;
import resgen.lab.study.Study;
import resgen.lab.study.StudyRunner;
import resgen.vision.FashionMnist;

/** {@code resgen study}: tables and figures, number by number. */
@Command(
    name = "study",
    description = {
      "Do what is missing of a study: train, sample, measure; rows go to data/results/NAME.csv.",
      "A study that was stopped goes on where it was. Without a name, the studies are listed.",
      "A study is a folder of small files in data/experiments, each naming what differs from its"
          + " base."
    },
    mixinStandardHelpOptions = true)
final class StudyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Studies, in this order.")
  private List<String> names = List.of();

  @Option(
      names = "--only",
      paramLabel = "TEXT",
      description =
          "Only the experiment of this name; if there is none, those whose name contains it.")
  private String only = "";

  @Option(
      names = "--first-seeds",
      paramLabel = "N",
      description = "Only the first N seeds of each number.")
  private Integer seeds;

  @Option(names = "--dry-run", description = "Say what is missing, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--times",
      description =
          "Only time the ways of sampling, by turns, on an idle machine; the rows go to"
              + " data/results/NAME-times.csv.")
  private boolean times;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "5",
      description = "Rounds of --times (${DEFAULT-VALUE}).")
  private int rounds;

  StudyCommand() {}

  @Override
  public Integer call() {
    if (seeds != null && seeds < 1) {
      throw new ParameterException(
          spec.commandLine(), "--first-seeds " + seeds + " is less than 1");
    }
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds " + rounds + " is less than 1");
    }
    if (times && names.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "--times needs the name of a study");
    }
    List<Study> studies =
        Usage.check(
            spec,
            () ->
                (names.isEmpty() ? Study.names() : names)
                    .stream().map(name -> Study.load(name).only(only)).toList());
    machine.apply();
    PrintWriter err = spec.commandLine().getErr();
    try (StudyRunner runner = new StudyRunner(FashionMnist.train(), Results.ofProject());
        Interrupt interrupt = Interrupt.of(err)) {
      for (Study study : studies) {
        if (names.isEmpty() || dryRun) {
          list(study, runner);
        } else if (times) {
          Results.ofProject()
              .append(
                  SampleTimes.file(study.name()),
                  SampleTimes.measure(study, runner, rounds, err::println));
        } else {
          runner.run(study, wanted(), new StudyProgress(err));
        }
      }
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    }
  }

  private Predicate<Cell> wanted() {
    return cell ->
        seeds == null || cell.experiment().seeds().indexOf(cell.sampling().seed()) < seeds;
  }

  private void list(Study study, StudyRunner runner) {
    PrintWriter out = spec.commandLine().getOut();
    StudyRunner.Standing standing = runner.standing(study, wanted());
    int done = standing.all() - standing.missing().size();
    out.printf("%-14s %3d of %3d done%n", study.name(), done, standing.all());
    if (dryRun) {
      standing.missing().forEach(what -> out.println("  " + what));
    }
    out.flush();
  }
}
