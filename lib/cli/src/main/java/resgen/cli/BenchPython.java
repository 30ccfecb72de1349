package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
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
import resgen.lab.bench.AgainstPython;
import resgen.lab.bench.BenchPreset;
import resgen.lab.bench.Contest;
import resgen.lab.bench.Machine;
import resgen.lab.bench.Python;
import resgen.torch.Torch;

/** {@code resgen bench python}: the same work in PyTorch, by turns. */
@Command(
    name = "python",
    description = {
      "Compare with PyTorch: our own Python versions of the same work and ours, by turns.",
      "Ratios are to Python in fp32, round by round; below 1, ours is faster. The script"
          + " environment/bench-python installs what it needs and pins both to the same cores."
    },
    mixinStandardHelpOptions = true)
final class BenchPython implements Callable<Integer> {

  @Spec private CommandSpec spec;
  @Mixin private BenchOptions options;

  @Option(
      names = "--python",
      paramLabel = "PROGRAM",
      defaultValue = "python3",
      description = "A Python that has torch (${DEFAULT-VALUE}).")
  private String python;

  @Option(
      names = "--only",
      paramLabel = "TASK",
      split = ",",
      description = "Only these comparisons.")
  private List<String> only = List.of();

  @Mixin private RoundOptions rounds;

  BenchPython() {}

  @Override
  public Integer call() {
    BenchPreset preset = options.preset();
    check(preset);
    Path worker =
        Home.find()
            .orElseThrow(() -> wrong("start this from within the project"))
            .resolve(Path.of("environment", "python", "worker.py"));
    options.apply();
    PrintWriter out = spec.commandLine().getOut();
    Machine machine = Machine.here("auto");
    try (Python program = new Python(python, worker, Torch.threads())) {
      out.println(machine);
      out.println(program.description());
      AgainstPython compare =
          new AgainstPython(program, preset.name(), machine.precision().equals("bf16"));
      List<Map<String, Object>> rows = new ArrayList<>();
      for (String task : only.isEmpty() ? AgainstPython.tasks() : only) {
        AgainstPython.Result result = compare.run(task, rounds.count(), rounds.block());
        show(out, result);
        rows.addAll(compare.rows(result, machine));
      }
      options.save(rows);
    }
    return Main.OK;
  }

  private void check(BenchPreset preset) {
    rounds.check();
    for (String task : only) {
      if (!AgainstPython.tasks().contains(task)) {
        throw wrong(
            "--only: no comparison '%s'; there are %s"
                .formatted(task, String.join(", ", AgainstPython.tasks())));
      }
    }
    if (preset.name().startsWith("paper")) {
      throw wrong("--preset " + preset.name() + " has no Python version; use reference or small");
    }
  }

  private static void show(PrintWriter out, AgainstPython.Result result) {
    out.printf(
        "%-36s %10s %10s %16s %16s %7s%n",
        result.task(), "wall ms", "cpu ms", "wall ratio", "cpu ratio", "target");
    for (Contest.Standing s : result.standings()) {
      double target = AgainstPython.target(result.task(), s.name());
      out.printf(
          "  %-34s %10.2f %10.2f %8.3f ± %5.3f %8.3f ± %5.3f %7s%n",
          s.note().isEmpty() ? s.name() : s.name() + " (" + s.note() + ")",
          1e3 * s.wall().median(),
          1e3 * s.cpu().median(),
          s.wallRatio().median(),
          s.wallRatio().mad(),
          s.cpuRatio().median(),
          s.cpuRatio().mad(),
          Double.isNaN(target) ? "" : target);
    }
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
