package resgen.cli;

import java.io.PrintWriter;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program {@code resgen}: parses, runs one command, and turns its end into an exit code. */
@Command(
    name = "resgen",
    description = "Masked generation over residual-vector-quantized tokens.",
    mixinStandardHelpOptions = true,
    versionProvider = Versions.class,
    subcommands = {
      Doctor.class,
      Info.class,
      MakeImages.class,
      SpeechCommand.class,
      TrainTokenizer.class,
      TrainExtractor.class,
      Train.class,
      Convert.class,
      Sample.class,
      Evaluate.class,
      StudyCommand.class,
      ResultsCommand.class,
      BenchCommand.class,
      FiguresCommand.class,
      NotebookCommand.class,
      KernelCommand.class,
      Lab.class,
      CommandLine.HelpCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:failed; the message says why",
      "2:used wrongly; nothing was done",
      "130:interrupted; what was saved is said"
    })
public final class Main implements Runnable {

  /** Done. */
  static final int OK = CommandLine.ExitCode.OK;

  /** Failed. */
  static final int FAILED = CommandLine.ExitCode.SOFTWARE;

  /** Used wrongly. */
  static final int USAGE = CommandLine.ExitCode.USAGE;

  /** Interrupted, as shells report a program ended by Ctrl-C. */
  static final int INTERRUPTED = 130;

  @Spec private CommandSpec spec;

  @Option(
      names = "--stack-trace",
      description = "On failure, show where in the program it happened.",
      scope = ScopeType.INHERIT)
  private boolean stackTrace;

  Main() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Which command?");
  }

  /** Runs and exits. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.US);
    System.exit(commandLine().execute(arguments));
  }

  /** The whole command line, ready to execute. */
  static CommandLine commandLine() {
    Main main = new Main();
    return new CommandLine(main)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setUsageHelpWidth(90)
        .setUsageHelpLongOptionsMaxWidth(34)
        .setParameterExceptionHandler(Main::usedWrongly)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> failed(main.stackTrace, failure, command.getErr()));
  }

  /** Says what is wrong, and where the options are explained; all of them without a command. */
  private static int usedWrongly(ParameterException wrong, String[] arguments) {
    CommandLine command = wrong.getCommandLine();
    PrintWriter err = command.getErr();
    err.println(wrong.getMessage());
    if (!UnmatchedArgumentException.printSuggestions(wrong, err)) {
      if (command.getParent() == null) {
        command.usage(err);
      } else {
        err.println(
            "`" + command.getCommandSpec().qualifiedName() + " --help` explains the options");
      }
    }
    return USAGE;
  }

  private static int failed(boolean stackTrace, Exception failure, PrintWriter err) {
    err.println("error: " + Failures.describe(failure));
    if (stackTrace) {
      failure.printStackTrace(err);
    } else {
      err.println("(--stack-trace shows where)");
    }
    return Failures.isInterrupt(failure) ? INTERRUPTED : FAILED;
  }
}
