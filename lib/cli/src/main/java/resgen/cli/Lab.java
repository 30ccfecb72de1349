package resgen.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import resgen.kernel.KernelSpec;

/** {@code resgen lab}: Jupyter Notebook for this project. */
@Command(
    name = "lab",
    description = {
      "Start Jupyter Notebook in notebooks/, with the Java kernel installed.",
      "It listens on 127.0.0.1 only and wants its token, which is in the address that it prints."
          + " Ctrl-C ends it."
    },
    mixinStandardHelpOptions = true)
final class Lab implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Option(
      names = "--port",
      defaultValue = "8888",
      description = "The port; the next free one if it is taken (${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "The folder to start in (the project's notebooks if not given).")
  private Path directory;

  @Option(names = "--no-browser", description = "Do not open a browser.")
  private boolean noBrowser;

  Lab() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (port < 1 || port > 65_535) {
      throw new ParameterException(spec.commandLine(), "--port " + port + " is not in 1..65535");
    }
    Path start = start();
    Path kernel = KernelCommand.install(KernelSpec.kernelsDirectory(), List.of(), true);
    spec.commandLine().getErr().println("kernel '" + KernelCommand.DISPLAY_NAME + "': " + kernel);
    Process jupyter = launch(start);
    Thread end = new Thread(() -> stop(jupyter), "resgen-lab-end");
    Runtime.getRuntime().addShutdownHook(end);
    int code = jupyter.waitFor();
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // The process is ending already.
    }
    return code == 0 ? Main.OK : Main.FAILED;
  }

  private Path start() {
    Path start = directory;
    if (start == null) {
      start =
          Home.find()
              .map(home -> home.resolve("notebooks"))
              .filter(Files::isDirectory)
              .orElse(Path.of(""));
    }
    if (!Files.isDirectory(start.toAbsolutePath())) {
      throw new ParameterException(spec.commandLine(), "no such folder: " + start);
    }
    return start.toAbsolutePath();
  }

  private Process launch(Path start) {
    try {
      return new ProcessBuilder(command(port, noBrowser || !hasDisplay(), isRoot()))
          .directory(start.toFile())
          .inheritIO()
          .start();
    } catch (IOException e) {
      throw new IllegalStateException(
          "cannot start jupyter; environment/setup installs it where it is missing", e);
    }
  }

  /** Jupyter's command line: loopback only, its own random token. */
  static List<String> command(int port, boolean noBrowser, boolean root) {
    List<String> command = new ArrayList<>(List.of("jupyter", "notebook", "--ip=127.0.0.1"));
    command.add("--port=" + port);
    if (noBrowser) {
      command.add("--no-browser");
    }
    if (root) {
      command.add("--allow-root");
    }
    return command;
  }

  private static boolean hasDisplay() {
    return System.getenv("DISPLAY") != null
        || System.getenv("WAYLAND_DISPLAY") != null
        || !System.getProperty("os.name").startsWith("Linux");
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  private static void stop(Process jupyter) {
    jupyter.destroy();
    try {
      if (!jupyter.waitFor(10, TimeUnit.SECONDS)) {
        jupyter.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
