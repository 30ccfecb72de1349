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
import resgen.lab.bench.HeadCost;
import resgen.lab.bench.Machine;
import resgen.lab.bench.Stopwatch;
import resgen.lab.bench.Summary;
import resgen.lab.bench.Timing;

/** {@code resgen bench heads}: what a mixture costs beside a softmax. */
@Command(
    name = "heads",
    description = {
      "Time heads by themselves at the paper's sizes: mixtures, one Gaussian, softmaxes.",
      "Each draws the tokens of one sample, and takes loss and gradients of four; by turns."
    },
    mixinStandardHelpOptions = true)
final class BenchHeads implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;
  @Mixin private RoundOptions rounds;

  BenchHeads() {}

  @Override
  public Integer call() {
    String preset = options.name(HeadCost.PRESETS.get(0), HeadCost.PRESETS);
    Timing.Plan plan = rounds.plan();
    options.apply();
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.here(options.precision());
    out.println(machine);
    List<HeadCost> costs = HeadCost.of(preset, options.precision(), plan);
    HeadCost first = costs.get(0);
    out.printf(
        "%-20s %8s %9s %10s %18s %10s %18s%n",
        preset, "M par.", "GFLOP", "draw ms", "against the first", "train ms", "against the first");
    List<Map<String, Object>> rows = new ArrayList<>();
    for (HeadCost cost : costs) {
      rows.add(cost.row(preset, first, machine));
      Summary draw = cost.draw().over(first.draw(), Stopwatch.Elapsed::wall);
      Summary training = cost.training().over(first.training(), Stopwatch.Elapsed::wall);
      out.printf(
          "%-20s %8.2f %9.2f %10.2f %9.3f ± %6.3f %10.2f %9.3f ± %6.3f%n",
          cost.kind().name(),
          cost.parameters() / 1e6,
          cost.drawFlops() / 1e9,
          1e3 * cost.draw().wall().median(),
          draw.median(),
          draw.mad(),
          1e3 * cost.training().wall().median(),
          training.median(),
          training.mad());
    }
    out.printf("the backbone before it, once: %.2f GFLOP%n", first.backboneFlops() / 1e9);
    options.save(rows);
    return Main.OK;
  }
}
