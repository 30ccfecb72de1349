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
import resgen.lab.bench.Machine;
import resgen.lab.bench.Python;
import resgen.lab.bench.Timing;
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
    Timing.Plan plan = rounds.plan();
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
        List<Timing> timings = compare.run(task, plan);
        List<Map<String, Object>> found = compare.rows(task, timings, machine);
        show(out, task, found);
        rows.addAll(found);
      }
      options.save(rows);
    }
    return Main.OK;
  }

  private void check(BenchPreset preset) {
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

  private static void show(PrintWriter out, String task, List<Map<String, Object>> rows) {
    out.printf(
        "%-36s %10s %10s %16s %16s %7s%n",
        task, "wall ms", "cpu ms", "wall ratio", "cpu ratio", "target");
    for (Map<String, Object> row : rows) {
      String note = row.get("note").toString();
      out.printf(
          "  %-34s %10.2f %10.2f %8.3f ± %5.3f %8.3f ± %5.3f %7s%n",
          row.get("contestant") + (note.isEmpty() ? "" : " (" + note + ")"),
          row.get("wall_ms"),
          row.get("cpu_ms"),
          row.get("wall_ratio"),
          row.get("wall_ratio_mad"),
          row.get("cpu_ratio"),
          row.get("cpu_ratio_mad"),
          row.get("target") == null ? "" : row.get("target"));
    }
    out.flush();
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
