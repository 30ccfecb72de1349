package resgen.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.bench.Bench;
import resgen.bench.BenchPreset;
import resgen.bench.Task;
import resgen.bench.Timing;

/** {@code resgen bench}: how fast the work is, on this machine. */
@Command(
    name = "bench",
    description = {
      "Time training, forward passes, sampling, quantizing and the tokenizer's network.",
      "The first runs of each are dropped; of the rest, the median and the median distance from"
          + " it are shown, on the wall clock and in processor time."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

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
          "No further run of a task begins after these, if there are three"
              + " (${DEFAULT-VALUE}).")
  private double seconds;

  BenchCommand() {}

  @Override
  public Integer call() {
    Timing.Effort effort = Usage.check(spec, () -> new Timing.Effort(repeats, seconds));
    BenchPreset preset = options.preset();
    options.apply();
    Bench bench = new Bench(preset);
    List<Task> chosen = chosen(bench.tasks());
    PrintWriter out = spec.commandLine().getOut();
    out.println(bench.machine());
    out.printf(
        "%-20s %12s %8s %12s %12s %9s%n",
        preset.name(), "wall ms", "± MAD", "cpu ms", "ms/unit", "GFLOP/s*");
    List<Timing> timings = bench.time(chosen, effort, timing -> show(out, timing));
    out.println("* of one core, by processor time");
    double product = bench.product(timings);
    List<Map<String, Object>> rows = new ArrayList<>();
    timings.forEach(timing -> rows.add(bench.row(timing, product)));
    options.save(rows);
    return Main.OK;
  }

  private List<Task> chosen(List<Task> all) {
    for (String name : only) {
      if (all.stream().noneMatch(task -> task.name().startsWith(name))) {
        throw wrong(
            "--only: no task '%s'; there are %s"
                .formatted(name, String.join(", ", all.stream().map(Task::name).toList())));
      }
    }
    return all.stream()
        .filter(task -> only.isEmpty() || only.stream().anyMatch(task.name()::startsWith))
        .toList();
  }

  private static void show(PrintWriter out, Timing t) {
    out.printf(
        "%-20s %12.3f %8.3f %12.3f %12.4f %9s%n",
        t.task().name(),
        1e3 * t.wall().median(),
        1e3 * t.wall().mad(),
        1e3 * t.cpu().median(),
        1e3 * t.wall().median() / t.task().units(),
        t.task().flops() == 0 ? "" : "%.1f".formatted(t.gigaflopsOfCore()));
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
