package resgen.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import resgen.lab.bench.Bench;
import resgen.lab.bench.BenchPreset;
import resgen.lab.bench.Task;
import resgen.lab.bench.Timing;

/** {@code resgen bench phases}: where the time goes. */
@Command(
    name = "phases",
    description = {
      "Show which share of a training step and of sampling each phase takes.",
      "The draw includes the head's affine layer; of the phases, the median over the runs is shown."
    },
    mixinStandardHelpOptions = true)
final class BenchPhases implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private EffortOptions effort;

  BenchPhases() {}

  @Override
  public Integer call() {
    BenchPreset preset = options.preset();
    Timing.Plan asked = effort.plan();
    options.apply();
    Bench bench = new Bench(preset, effort.codec());
    List<Task> chosen = effort.chosen(Bench.phased(bench.tasks()), Bench.phased(bench.usual()));
    PrintWriter out = spec.commandLine().getOut();
    out.println(bench.machine());
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Task task : chosen) {
      Timing timing = Timing.of(task, asked, true);
      double total = timing.phasesTotal();
      out.printf("%s, %s: %.1f ms%n", preset.name(), task.name(), 1e3 * total);
      timing
          .phases()
          .forEach(
              (phase, s) ->
                  out.printf("  %-12s %10.2f ms %6.1f %%%n", phase, 1e3 * s, 100 * s / total));
      out.flush();
      rows.addAll(bench.phases(timing));
    }
    options.save(rows);
    return Main.OK;
  }
}
