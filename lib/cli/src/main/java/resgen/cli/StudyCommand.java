package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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
import resgen.lab.cluster.Cluster;
import resgen.lab.metric.Results;
import resgen.lab.study.Cell;
import resgen.lab.study.Executor;
import resgen.lab.study.SampleTimes;
import resgen.lab.study.Shard;
import resgen.lab.study.Study;
import resgen.lab.study.StudyRunner;
import resgen.lab.study.Work;

/** {@code resgen study}: tables and figures, number by number. */
@Command(
    name = "study",
    description = {
      "Do what is missing of a study: train, sample, measure; rows go to data/results/NAME.csv.",
      "A study that was stopped goes on where it was. Without a name, the studies are listed.",
      "A number that is there already is not measured again.",
      "A study is a folder of small files in data/experiments, each naming what differs from its"
          + " base."
    },
    mixinStandardHelpOptions = true)
final class StudyCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private MachineOptions machine;
  @Mixin private SparkOptions spark;

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
      names = "--shard",
      paramLabel = "I/N",
      description =
          "Do only share I of N, as a job of an array; each number goes to a file of its own in"
              + " data/results/cells, and `resgen results gather` brings them together.")
  private String shard;

  @Option(
      names = "--times",
      description =
          "Only time the ways of sampling, by turns, on an idle machine; the rows go to"
              + " data/results/NAME-times.csv. Models that are not trained are left out, by name.")
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
    if (shard != null && (names.isEmpty() || times || dryRun)) {
      throw new ParameterException(
          spec.commandLine(),
          "--shard needs the name of a study, and goes without --times and --dry-run");
    }
    if (spark.asked() && (names.isEmpty() || times || dryRun || shard != null)) {
      throw new ParameterException(
          spec.commandLine(),
          "--spark needs the name of a study, and goes without --times, --dry-run and --shard");
    }
    Shard share = Usage.check(spec, () -> shard == null ? Shard.ALL : Shard.parse(shard));
    List<Study> studies =
        Usage.check(
            spec,
            () ->
                (names.isEmpty() ? Study.names() : names)
                    .stream()
                        .map(Study::load)
                        .map(study -> only.isEmpty() ? study : study.only(only))
                        .toList());
    machine.apply();
    PrintWriter err = spec.commandLine().getErr();
    Optional<Cluster> cluster = spark.connect();
    try (Interrupt interrupt = Interrupt.of(err)) {
      for (Study study : studies) {
        try (StudyRunner<?> runner = StudyRunner.of(study.benchmark(), Results.ofProject())) {
          one(study, runner, share, cluster.map(Cluster::studies), err);
        }
      }
      return interrupt.exitCode();
    } catch (CancellationException e) {
      err.println(e.getMessage());
      return Main.INTERRUPTED;
    } finally {
      cluster.ifPresent(Cluster::close);
    }
  }

  private void one(
      Study study,
      StudyRunner<?> runner,
      Shard share,
      Optional<Executor> machines,
      PrintWriter err) {
    if (names.isEmpty() || dryRun) {
      list(study, runner);
    } else if (times) {
      Results.ofProject()
          .append(
              SampleTimes.file(study.name()),
              SampleTimes.measure(study, runner, rounds, err::println));
    } else if (shard != null) {
      List<Work> work = runner.work(study, wanted(), share);
      Executor.local().execute(Executor.Place.ofProject(), work, new StudyProgress(err));
      say(
          "%s: the %,d pieces of shard %s are done; `resgen results gather` adds them to %s"
              .formatted(study.name(), work.size(), share, file(study)));
    } else {
      whole(study, runner, machines, err);
    }
  }

  private void whole(
      Study study, StudyRunner<?> runner, Optional<Executor> machines, PrintWriter err) {
    StudyRunner.Standing standing = runner.standing(study, wanted());
    if (standing.missing().isEmpty()) {
      int gathered = Results.ofProject().gather();
      say(
          "%s: all %,d numbers and trainings are there already, in %s%s"
              .formatted(
                  study.name(),
                  standing.all(),
                  file(study),
                  gathered > 0 ? " (%,d were gathered now)".formatted(gathered) : ""));
    } else if (machines.isPresent()) {
      List<Work> work = runner.work(study, wanted(), Shard.ALL);
      machines.get().execute(Executor.Place.ofProject(), work, new StudyProgress(err));
      Results.ofProject().gather();
      say("%s: done, in %s".formatted(study.name(), file(study)));
    } else {
      runner.run(study, wanted(), new StudyProgress(err));
      say("%s: done, in %s".formatted(study.name(), file(study)));
    }
  }

  /** Where a study's numbers are. */
  private static Path file(Study study) {
    boolean trainsOnly = study.experiments().stream().allMatch(e -> e.samples() == 0);
    return Results.ofProject().file(trainsOnly ? StudyRunner.MODELS : study.name());
  }

  private void say(String line) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }

  private Predicate<Cell> wanted() {
    return cell ->
        seeds == null || cell.experiment().seeds().indexOf(cell.sampling().seed()) < seeds;
  }

  private void list(Study study, StudyRunner<?> runner) {
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
