package resgen.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import resgen.kernel.NotebookRunner;

/** {@code resgen notebook}: notebooks without Jupyter. */
@Command(
    name = "notebook",
    description = "Notebooks without Jupyter.",
    mixinStandardHelpOptions = true,
    subcommands = NotebookCommand.Run.class)
final class NotebookCommand extends Group {

  NotebookCommand() {}

  /** {@code resgen notebook run}. */
  @Command(
      name = "run",
      description = {
        "Execute a notebook in this process, without Jupyter or Python.",
        "Stops at the first cell that fails; what ran until then is written all the same.",
        "The environment's RESGEN_MODE (smoke or full) and RESGEN_SEED reach the cells."
      },
      mixinStandardHelpOptions = true)
  static final class Run implements Callable<Integer> {

    @Spec private CommandSpec spec;

    @Parameters(paramLabel = "IN", description = "The notebook.")
    private Path in;

    @Option(
        names = {"-o", "--output"},
        paramLabel = "OUT",
        required = true,
        description = "Where the executed notebook goes; may be IN itself.")
    private Path out;

    @Option(
        names = "--cell-timeout",
        paramLabel = "SECONDS",
        description = "The time that a cell may take; without limit if not given.")
    private Double cellTimeout;

    Run() {}

    @Override
    public Integer call() {
      if (!Files.isRegularFile(in)) {
        throw new ParameterException(spec.commandLine(), "no such notebook: " + in);
      }
      Outputs.writable(spec, out);
      PrintWriter err = spec.commandLine().getErr();
      NotebookRunner.Options options =
          new NotebookRunner.Options(
              Usage.check(
                  spec, "--cell-timeout", () -> NotebookRunner.Options.seconds(cellTimeout)),
              (cell, cells, code) -> announce(err, cell, cells, code),
              KernelCommand.NAME,
              KernelCommand.DISPLAY_NAME);
      try (Interrupt interrupt = Interrupt.of(err)) {
        return run(options, interrupt);
      }
    }

    private int run(NotebookRunner.Options options, Interrupt interrupt) {
      System.setProperty(KernelCommand.DEVICE_PROPERTY, "resgen.device"); // for %device
      try {
        NotebookRunner.Report report = NotebookRunner.run(in, out, options);
        double seconds = report.duration().toMillis() / 1000.0;
        spec.commandLine()
            .getOut()
            .printf("%s: %d cells in %s%n", out, report.cells(), Progress.duration(seconds));
        return interrupt.exitCode();
      } catch (NotebookRunner.NotebookFailed e) {
        if (!interrupt.requested()) {
          throw e;
        }
        spec.commandLine()
            .getErr()
            .println("interrupted in cell " + e.cell() + "; what ran until then is in " + out);
        return Main.INTERRUPTED;
      }
    }

    private static void announce(PrintWriter err, int cell, int cells, String code) {
      String first = code.lines().filter(line -> !line.isBlank()).findFirst().orElse("").strip();
      String shown = first.length() > 60 ? first.substring(0, 60) + "…" : first;
      err.printf("cell %d of %d: %s%n", cell, cells, shown);
      err.flush();
    }
  }
}
