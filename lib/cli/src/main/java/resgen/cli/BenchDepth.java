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
import resgen.lab.bench.Contest;
import resgen.lab.bench.DepthModelling;
import resgen.lab.bench.Machine;

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
    rounds.check();
    options.apply();
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.here(options.precision());
    out.println(machine);
    try (DepthModelling models = new DepthModelling(preset, options.precision())) {
      List<Contest.Standing> standings = models.run(rounds.count(), rounds.block());
      out.printf(
          "%-16s %8s %6s %9s %12s %12s %20s %9s %6s%n",
          preset, "M par.", "calls", "GFLOP", "wall ms", "cpu ms", "faster, wall", "cpu", "paper");
      List<Map<String, Object>> rows = new ArrayList<>();
      for (int i = 0; i < standings.size(); i++) {
        show(out, models.entries().get(i), standings.get(i));
        rows.add(DepthModelling.row(preset, models.entries().get(i), standings.get(i), machine));
      }
      options.save(rows);
    }
    return Main.OK;
  }

  private static void show(PrintWriter out, DepthModelling.Entry entry, Contest.Standing s) {
    Double paper = DepthModelling.PAPER.get(entry.iterations());
    out.printf(
        "%-16s %8.1f %6d %9.1f %12.1f %12.1f %20s %9.2f %6s%n",
        entry.name(),
        entry.parameters() / 1e6,
        entry.calls(),
        entry.flops() / 1e9,
        1e3 * s.wall().median(),
        1e3 * s.cpu().median(),
        "%.2f [%.2f, %.2f]"
            .formatted(
                1 / s.wallRatio().median(), 1 / s.wallRatio().upper(), 1 / s.wallRatio().lower()),
        1 / s.cpuRatio().median(),
        paper == null ? "" : paper);
    out.flush();
  }
}
