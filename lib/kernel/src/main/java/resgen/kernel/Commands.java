package resgen.kernel;

import java.io.File;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What the kernel's program does besides serving a notebook. */
@Command(
    name = "jshell-kernel",
    description = "A Java kernel for Jupyter.",
    footer = {
      "",
      "With the name of a connection file, CONNECTION_FILE.json, alone: the kernel itself, as"
          + " Jupyter starts it."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Commands.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {Commands.Install.class, Commands.Run.class})
final class Commands implements Callable<Integer> {
  @Spec private CommandSpec spec;

  Commands() {}

  /** Runs a command and returns the status to exit with: 2 for a wrong use, 1 for a failure. */
  static int run(String... args) {
    CommandLine program = new CommandLine(new Commands());
    program.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
    program.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
    program.setExecutionExceptionHandler(
        (e, line, parsed) -> {
          line.getErr().println("error: " + (e.getMessage() == null ? e : e.getMessage()));
          return line.getCommandSpec().exitCodeOnExecutionException();
        });
    return program.execute(args);
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "a command is missing");
  }

  /** The kernel's version and the java's. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {
        JavaKernel.NAME + " " + JavaKernel.version() + " on Java " + Runtime.version()
      };
    }
  }

  /** {@code install}. */
  @Command(
      name = "install",
      description = {
        "List the kernel in this user's Jupyter.",
        "It starts with the java that runs this program. Run it again after an update of either."
      },
      mixinStandardHelpOptions = true)
  static final class Install implements Callable<Integer> {
    @Spec private CommandSpec spec;

    @Option(
        names = "--directory",
        paramLabel = "DIR",
        description = "Jupyter's kernels folder (the user's if not given).")
    private Path directory;

    @Option(
        names = "--name",
        defaultValue = KernelSpec.NAME,
        description = "What notebooks and commands call it (${DEFAULT-VALUE}).")
    private String name;

    @Option(
        names = "--display-name",
        paramLabel = "TEXT",
        defaultValue = KernelSpec.DISPLAY_NAME,
        description = "What menus show (${DEFAULT-VALUE}).")
    private String displayName;

    @Option(
        names = "--class-path",
        paramLabel = "PATH",
        description = "Jars and folders that every notebook sees.")
    private String classPath;

    @Option(
        names = "--java-option",
        paramLabel = "OPTION",
        description = "A further option for the kernel's java, such as -Xmx8g. May be repeated.")
    private List<String> javaOptions = List.of();

    @Option(
        names = "--env",
        paramLabel = "NAME=VALUE",
        description = "A variable for the kernel's environment. May be repeated.")
    private Map<String, String> env = Map.of();

    @Option(
        names = "--no-archive",
        description =
            "Do not make the archive of classes that halves a kernel's start (it takes one start).")
    private boolean noArchive;

    Install() {}

    @Override
    public Integer call() {
      Path kernels = directory == null ? KernelSpec.kernelsDirectory() : directory;
      KernelSpec.Options options = options(kernels);
      Path file = KernelSpec.install(options, kernels, !noArchive);
      spec.commandLine().getOut().println("kernel '" + displayName + "': " + file);
      return CommandLine.ExitCode.OK;
    }

    private KernelSpec.Options options(Path kernels) {
      KernelSpec.Options plain;
      try {
        plain = KernelSpec.Options.ofThisJvm().withName(name, displayName);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--name: " + e.getMessage(), e);
      }
      KernelSpec.Options options =
          SelfContained.copied(plain.withFlags(javaOptions).withEnv(env), plain.folder(kernels));
      if (classPath == null) {
        return options;
      }
      StringBuilder all = new StringBuilder(options.classPath());
      for (String entry : classPath.split(File.pathSeparator)) {
        if (!entry.isBlank()) {
          all.append(File.pathSeparator).append(Path.of(entry.strip()).toAbsolutePath());
        }
      }
      return options.withClassPath(all.toString());
    }
  }

  /** {@code run}. */
  @Command(
      name = "run",
      description = {
        "Execute a notebook without Jupyter.",
        "Stops at the first cell that fails; what ran until then is written all the same."
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
      Duration limit;
      try {
        limit = NotebookRunner.Options.seconds(cellTimeout);
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "--cell-timeout: " + e.getMessage(), e);
      }
      NotebookRunner.Report report =
          NotebookRunner.run(in, out, new NotebookRunner.Options(limit, null));
      spec.commandLine().getOut().println(out + ": " + report.cells() + " cells");
      return CommandLine.ExitCode.OK;
    }
  }
}
