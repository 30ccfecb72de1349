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
import resgen.lab.bench.Machine;
import resgen.lab.bench.MemoryUse;
import resgen.lab.bench.Soak;

/** {@code resgen bench soak}: whether memory grows in long work. */
@Command(
    name = "soak",
    description = {
      "Train and sample a tiny model for long, and watch the resident size.",
      "Flat means: after the first quarter it grows by less than a hundredth, single steps left"
          + " out. Ends with 1 if it is not flat."
    },
    mixinStandardHelpOptions = true)
final class BenchSoak implements Callable<Integer> {

  private static final int LEAST = 100;

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "10000",
      description = "Training steps (${DEFAULT-VALUE}).")
  private int steps;

  @Option(
      names = "--samples",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Sampling calls (${DEFAULT-VALUE}).")
  private int samples;

  BenchSoak() {}

  @Override
  public Integer call() {
    options.preset();
    if (steps < LEAST || samples < LEAST) {
      throw new ParameterException(
          spec.commandLine(),
          "--steps " + steps + " and --samples " + samples + " must be at least " + LEAST);
    }
    if (!MemoryUse.isKnown()) {
      throw new IllegalStateException("this system does not tell a process's resident size");
    }
    options.apply();
    Machine machine = Machine.here("fp32");
    spec.commandLine().getOut().println(machine);
    Soak training = Soak.training(steps, this::follow);
    show(training);
    Soak sampling = Soak.sampling(samples, this::follow);
    show(sampling);
    List<Map<String, Object>> rows = new ArrayList<>(training.rows(machine));
    rows.addAll(sampling.rows(machine));
    options.save(rows);
    return training.isFlat() && sampling.isFlat() ? Main.OK : Main.FAILED;
  }

  private void follow(Soak.Reading reading, int runs) {
    PrintWriter err = spec.commandLine().getErr();
    err.printf("%,d of %,d: %.1f MB%n", reading.run(), runs, reading.bytes() / 1e6);
    err.flush();
  }

  private void show(Soak soak) {
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%s: %,d runs, %.1f MB at the end, %+.1f MB (%+.1f bytes a run) after the warm-up: %s%n",
        soak.work(),
        soak.runs(),
        soak.readings().get(soak.readings().size() - 1).bytes() / 1e6,
        soak.growth() / 1e6,
        soak.slope(),
        soak.isFlat() ? "flat" : "NOT flat");
    out.flush();
  }
}
