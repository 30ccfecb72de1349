package resgen.cli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.lab.bench.Timing;

/** How long a comparison by turns goes on. */
final class RoundOptions {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      defaultValue = "7",
      description = "Rounds, in each of which each does a block of runs (${DEFAULT-VALUE}).")
  private int rounds;

  @Option(
      names = "--block",
      paramLabel = "S",
      defaultValue = "1",
      description = "About how many seconds a block lasts; one run at least (${DEFAULT-VALUE}).")
  private double block;

  RoundOptions() {}

  /** How long it goes on; refuses values that make no comparison. */
  Timing.Plan plan() {
    if (rounds < 1 || rounds > 10_000) {
      throw new ParameterException(
          spec.commandLine(), "--rounds " + rounds + " is not in 1..10000");
    }
    if (!(block > 0 && block <= 3600)) {
      throw new ParameterException(spec.commandLine(), "--block " + block + " is not in (0, 3600]");
    }
    return Timing.Plan.rounds(rounds, block);
  }
}
