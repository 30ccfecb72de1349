package resgen.cli;

import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.lab.bench.Task;
import resgen.lab.bench.Timing;

/** Which tasks are run, with which tokenizer, and how often. */
final class EffortOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--only",
      paramLabel = "TASK",
      split = ",",
      description = "Only these tasks; a beginning of a name stands for all that begin so.")
  private List<String> only = List.of();

  @Option(
      names = "--repeats",
      paramLabel = "N",
      defaultValue = "15",
      description = "Runs of each task that count (${DEFAULT-VALUE}).")
  private int repeats;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "20",
      description =
          "No further run of a task begins after these, if there are three (${DEFAULT-VALUE}).")
  private double seconds;

  @Option(
      names = "--tokenizer",
      paramLabel = "NAME",
      defaultValue = "fashion-rvq8",
      description =
          "The tokenizer that encodes and decodes: a checkpoint's name or a file"
              + " (${DEFAULT-VALUE}).")
  private String codec;

  EffortOptions() {}

  /** The tokenizer, by name or file. */
  String codec() {
    return codec;
  }

  /** How often each task is run; checks the options. */
  Timing.Plan plan() {
    return Usage.check(spec, () -> Timing.Plan.repeats(repeats, seconds));
  }

  /**
   * The tasks that were asked for.
   *
   * @param usual those that are run if none were
   */
  List<Task> chosen(List<Task> all, List<Task> usual) {
    if (only.isEmpty()) {
      return usual;
    }
    for (String name : only) {
      if (all.stream().noneMatch(task -> task.name().startsWith(name))) {
        throw new ParameterException(
            spec.commandLine(),
            "--only: no task '%s'; there are %s"
                .formatted(name, String.join(", ", all.stream().map(Task::name).toList())));
      }
    }
    return all.stream().filter(task -> only.stream().anyMatch(task.name()::startsWith)).toList();
  }
}
