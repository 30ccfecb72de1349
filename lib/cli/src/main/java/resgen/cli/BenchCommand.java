package resgen.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

/** {@code resgen bench}: how fast the work is, on this machine. */
@Command(
    name = "bench",
    description = {
      "Time training, forward passes, sampling, quantizing, and a tokenizer's encoding and"
          + " decoding.",
      "The first runs of each are dropped; of the rest, the median and the median distance from"
          + " it are shown, on the wall clock and in processor time."
    },
    subcommands = {
      BenchPhases.class,
      BenchPython.class,
      BenchDepth.class,
      BenchCost.class,
      BenchHeads.class,
      BenchMemory.class,
      BenchSoak.class,
      BenchGpu.class
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private EffortOptions effort;

  BenchCommand() {}

  @Override
  public Integer call() {
    Timing.Plan asked = effort.plan();
    BenchPreset preset = options.preset();
    options.apply();
    Bench bench = new Bench(preset, effort.codec());
    List<Task> chosen = effort.chosen(bench.tasks(), bench.usual());
    PrintWriter out = spec.commandLine().getOut();
    out.println(bench.machine());
    out.printf(
        "%-20s %12s %8s %12s %12s %9s%n",
        preset.name(), "wall ms", "± MAD", "cpu ms", "ms/unit", "GFLOP/s*");
    Map<Task, Timing> timings = new LinkedHashMap<>();
    for (Task task : chosen) {
      timings.put(task, Timing.of(task, asked, false));
      show(out, task, timings.get(task));
    }
    out.println("* of one core, by processor time");
    double product = bench.product(timings);
    List<Map<String, Object>> rows = new ArrayList<>();
    timings.forEach((task, timing) -> rows.add(bench.row(task, timing, product)));
    options.save(rows);
    return Main.OK;
  }

  private static void show(PrintWriter out, Task task, Timing t) {
    out.printf(
        "%-20s %12.3f %8.3f %12.3f %12.4f %9s%n",
        task.name(),
        1e3 * t.wall().median(),
        1e3 * t.wall().mad(),
        1e3 * t.cpu().median(),
        1e3 * t.wall().median() / task.units(),
        task.flops() == 0 ? "" : "%.1f".formatted(Bench.gigaflops(task, t.cpu())));
    out.flush();
  }
}
