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
import resgen.lab.bench.DepthModels;
import resgen.lab.bench.Machine;
import resgen.lab.bench.Stopwatch;
import resgen.lab.bench.Summary;
import resgen.lab.bench.Timing;

/** {@code resgen bench depth}: the paper's comparison of depth modelling. */
@Command(
    name = "depth",
    description = {
      "Time one sample of an RQ-Transformer against AR-ResGen with 1, 2, 4 and 8 iterations.",
      "At the paper's sizes (626 M parameters, 64 positions, depth 16) this takes 6 GB of memory"
          + " and minutes a round."
    },
    mixinStandardHelpOptions = true)
final class BenchDepth implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private RoundOptions rounds;

  BenchDepth() {}

  @Override
  public Integer call() {
    String preset = options.name("paper-rvq16", List.of("paper-rvq16", "small", "tiny"));
    Timing.Plan plan = rounds.plan();
    options.apply();
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.here(options.precision());
    out.println(machine);
    try (DepthModels models = new DepthModels(preset, options.precision())) {
      List<Timing> timings = models.run(plan);
      out.printf(
          "%-16s %8s %6s %9s %12s %12s %20s %9s %6s%n",
          preset, "M par.", "calls", "GFLOP", "wall ms", "cpu ms", "faster, wall", "cpu", "paper");
      List<Map<String, Object>> rows = new ArrayList<>();
      Timing first = timings.get(0);
      for (int i = 0; i < timings.size(); i++) {
        show(out, models.entries().get(i), timings.get(i), first);
        rows.add(DepthModels.row(preset, models.entries().get(i), timings.get(i), first, machine));
      }
      options.save(rows);
    }
    return Main.OK;
  }

  private static void show(PrintWriter out, DepthModels.Entry entry, Timing t, Timing first) {
    Double paper = DepthModels.PAPER.get(entry.iterations());
    Summary faster = first.over(t, Stopwatch.Elapsed::wall);
    out.printf(
        "%-16s %8.1f %6d %9.1f %12.1f %12.1f %20s %9.2f %6s%n",
        t.name(),
        entry.parameters() / 1e6,
        entry.task().calls(),
        entry.task().flops() / 1e9,
        1e3 * t.wall().median(),
        1e3 * t.cpu().median(),
        "%.2f [%.2f, %.2f]".formatted(faster.median(), faster.lower(), faster.upper()),
        first.over(t, Stopwatch.Elapsed::cpu).median(),
        paper == null ? "" : paper);
    out.flush();
  }
}
