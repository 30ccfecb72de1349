package resgen.cli;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import resgen.kernel.KernelSpec;

/** {@code resgen kernel}: the Java kernel in the user's Jupyter. */
@Command(
    name = "kernel",
    description = "The Java kernel in this user's Jupyter.",
    mixinStandardHelpOptions = true,
    subcommands = {KernelCommand.Install.class, KernelMeasure.class})
final class KernelCommand extends Group {

  /** The name under which Jupyter lists the kernel, and notebooks ask for it. */
  static final String NAME = "resgen-java";

  /** Names the property that the kernel's {@code %device} sets. */
  static final String DEVICE_PROPERTY = "jshell.kernel.deviceProperty";

  /** The name that menus show. */
  static final String DISPLAY_NAME = "ResGen (Java)";

  KernelCommand() {}

  /** Installs the kernel spec for this user, to start with this program's own java and classes. */
  static Path install(Path directory, List<String> javaOptions, boolean archived) {
    return KernelSpec.install(options(javaOptions), directory, archived);
  }

  /** This program's own java and classes, and the settings of the project. */
  static KernelSpec.Options options(List<String> javaOptions) {
    List<String> flags = new ArrayList<>();
    Home.find()
        .ifPresent(
            home -> {
              flags.add("-Dresgen.home=" + home);
              flags.add("-Djshell.kernel.sources=" + sources(home)); // for Shift-Tab
            });
    flags.add("-Dai.djl.offline=true");
    flags.add("-Dai.djl.pytorch.num_interop_threads=1");
    flags.add("-D" + DEVICE_PROPERTY + "=resgen.device");
    flags.addAll(javaOptions);
    return KernelSpec.Options.ofThisJvm()
        .withName(NAME, DISPLAY_NAME)
        .withFlags(flags)
        .withEnv(GpuSettings.environment(System.getenv()));
  }

  private static String sources(Path home) {
    return Stream.of("core", "vision", "audio", "lab", "spark", "kernel", "cli")
        .map(module -> home.resolve("lib").resolve(module).resolve("src/main/java").toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** {@code resgen kernel install}. */
  @Command(
      name = "install",
      description = {
        "Install the kernel spec for this user.",
        "The kernel starts with the java and the build of this program; run it again after moving"
            + " the project."
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
        names = "--java-option",
        paramLabel = "OPTION",
        description = "A further option for the kernel's java, such as -Xmx8g. May be repeated.")
    private List<String> javaOptions = List.of();

    @Option(
        names = "--no-archive",
        description =
            "Do not make the archive of classes that halves a kernel's start (it takes one start).")
    private boolean noArchive;

    Install() {}

    @Override
    public Integer call() {
      Path kernels = directory == null ? KernelSpec.kernelsDirectory() : directory;
      Path file = install(kernels, javaOptions, !noArchive);
      spec.commandLine().getOut().println("kernel '" + DISPLAY_NAME + "': " + file);
      return Main.OK;
    }
  }
}
