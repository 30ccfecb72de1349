package resgen.cli;

import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.lab.bench.BenchPreset;
import resgen.lab.bench.DepthCost;
import resgen.lab.bench.Machine;
import resgen.lab.chart.StudyFigures;

/** {@code resgen bench cost}: what sampling costs as the depth grows. */
@Command(
    name = "cost",
    description = {
      "Time one sample of ResGen with tokens of depth 4, 8, 16, 32 and 72, by phases.",
      "Every step reveals a token, so that all depths make the same number of network calls."
    },
    mixinStandardHelpOptions = true)
final class BenchCost implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Rounds, in each of which each depth makes one sample (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(names = "--figure", paramLabel = "NAME", description = "Also draw figures/NAME.png.")
  private String figure;

  BenchCost() {}

  @Override
  public Integer call() {
    BenchPreset preset = options.preset();
    if (rounds < 1) {
      throw new ParameterException(spec.commandLine(), "--rounds " + rounds + " is less than 1");
    }
    if (figure != null && !figure.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
      throw new ParameterException(
          spec.commandLine(), "--figure '" + figure + "' is no file name of letters and digits");
    }
    options.apply();
    Machine machine = Machine.here(options.precision());
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine);
    List<DepthCost> costs = DepthCost.of(preset, rounds);
    out.printf(
        "%-10s %6s %10s %12s %16s %12s %9s%n",
        preset.name(), "calls", "GFLOP", "network ms", "against D=8", "requant. ms", "share");
    for (DepthCost c : costs) {
      out.printf(
          "D = %-6d %6d %10.1f %12.2f %8.3f ± %5.3f %12.2f %7.1f %%%n",
          c.depth(),
          c.task().calls(),
          c.task().flops() / 1e9,
          1e3 * c.network(),
          c.networkRatio().median(),
          c.networkRatio().mad(),
          1e3 * c.requantizing(),
          100 * c.requantizing() / c.timing().phasesTotal());
    }
    List<Map<String, Object>> rows = costs.stream().map(c -> c.row(preset, machine)).toList();
    options.save(rows);
    if (figure != null) {
      StudyFigures.depthCost(rows).write(figure).ifPresent(out::println);
    }
    return Main.OK;
  }
}
