package resgen.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
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
import resgen.lab.bench.Machine;
import resgen.lab.bench.MemoryUse;
import resgen.torch.Torch;

/** {@code resgen bench memory}: the largest resident size against the batch size. */
@Command(
    name = "memory",
    description = {
      "Measure the largest resident size of training and of sampling at several batch sizes, each"
          + " in a process of its own, and project the largest batch for 24 and 80 GB.",
      "A projection from a CPU's memory: a GPU's own overheads come on top."
    },
    mixinStandardHelpOptions = true)
final class BenchMemory implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

  @Option(
      names = "--batches",
      paramLabel = "N",
      split = ",",
      defaultValue = "8,16,32,64",
      description = "Batch sizes, at least two (${DEFAULT-VALUE}).")
  private int[] batches;

  BenchMemory() {}

  @Override
  public Integer call() {
    BenchPreset preset = options.preset();
    if (Arrays.stream(batches).distinct().count() < 2
        || Arrays.stream(batches).anyMatch(batch -> batch < 1)) {
      throw new ParameterException(
          spec.commandLine(),
          "--batches " + Arrays.toString(batches) + " must be two or more sizes of 1 or above");
    }
    if (!MemoryUse.isKnown()) {
      throw new IllegalStateException("this system does not tell a process's resident size");
    }
    options.apply();
    Machine machine = Machine.here(options.precision());
    PrintWriter out = spec.commandLine().getOut();
    out.println(machine);
    List<Map<String, Object>> rows = new ArrayList<>();
    for (String kind : List.of("training", "sampling")) {
      MemoryUse use = MemoryUse.of(preset, options.precision(), Torch.threads(), kind, batches);
      show(out, preset, use);
      rows.addAll(use.rows(preset, machine));
    }
    options.save(rows);
    return Main.OK;
  }

  private static void show(PrintWriter out, BenchPreset preset, MemoryUse use) {
    out.printf("%s, %s%n", preset.name(), use.kind());
    for (int i = 0; i < use.batches().length; i++) {
      out.printf("  batch %5d %10.1f MB%n", use.batches()[i], use.peaks()[i] / 1e6);
    }
    out.printf("  %.3f MB a sample", use.slope() / 1e6);
    for (int size : MemoryUse.DEVICES) {
      use.largestBatch(size * 1e9).ifPresent(n -> out.printf(", %d GB hold %,d", size, n));
    }
    if (use.slope() <= 0) {
      out.print(": these batches are too small to project from");
    }
    out.println();
    out.flush();
  }
}
