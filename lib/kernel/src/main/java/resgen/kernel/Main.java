package resgen.kernel;

import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import resgen.kernel.eval.ExitGuard;
import resgen.kernel.wire.ConnectionFile;
import resgen.kernel.wire.KernelServer;

/**
 * The kernel's program: {@code java -jar jshell-kernel.jar install}, or, as Jupyter starts it, the
 * kernel process itself, with the name of the connection file alone.
 */
public final class Main {
  private static final long WATCH_MS = 1000;
  static final String EXIT_PROPERTY = "jshell.kernel.exitMillis";
  private static final long EXIT_MS = Long.getLong(EXIT_PROPERTY, 5000);

  private Main() {}

  /** Runs a command; with a connection file, serves as {@link #serve} does. */
  public static void main(String[] args) {
    if (args.length == 1 && args[0].endsWith(".json")) {
      serve(Path.of(args[0]));
    } else {
      System.exit(Commands.run(args));
    }
  }

  /** Serves until the client asks for shutdown or the parent process is gone. */
  static void serve(Path connectionFile) {
    try {
      ConnectionFile connection = connection(connectionFile);
      watchParent(System.getenv("JPY_PARENT_PID"));
      CompletableFuture<JavaKernel> kernel = new CompletableFuture<>();
      KernelServer server = new KernelServer(connection, kernel);
      kernel.complete(JavaKernel.openTelling(System.getenv()));
      guardExit();
      server.awaitShutdown();
      exit(0);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      exit(1);
    }
  }

  /**
   * The connection that Jupyter asks for; one that other machines may reach only where {@link
   * Variables#REMOTE} is {@code true} in the environment.
   */
  private static ConnectionFile connection(Path file) {
    ConnectionFile connection = ConnectionFile.read(file);
    if (!connection.isLocal() && !"true".equals(Variables.get(System.getenv(), Variables.REMOTE))) {
      throw new IllegalArgumentException(
          "the connection file asks to listen on "
              + connection.ip()
              + ", where other machines may reach the kernel; set "
              + Variables.REMOTE
              + "=true in the kernel's environment to allow it");
    }
    connection.warnings(file).forEach(warning -> System.err.println("warning: " + warning));
    return connection;
  }

  /** Exits whatever threads the notebook left; a hook that hangs does not keep the process. */
  private static void exit(int status) {
    Thread halt =
        new Thread(
            () -> {
              try {
                Thread.sleep(EXIT_MS);
              } catch (InterruptedException e) {
                // halt at once
              }
              ExitGuard.halt(status);
            },
            "halt");
    halt.setDaemon(true);
    halt.start();
    ExitGuard.exit(status);
  }

  /** While the first cell is on its way: it takes some 100 ms and is not needed before. */
  private static void guardExit() {
    boolean archiving =
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .anyMatch(argument -> argument.startsWith("-XX:ArchiveClassesAtExit"));
    if (!archiving) { // a JVM whose classes were changed writes no archive
      Thread guard = new Thread(ExitGuard::install, "exit-guard");
      guard.setDaemon(true);
      guard.start();
    }
  }

  private static void watchParent(String pid) {
    if (pid == null || !pid.matches("[1-9][0-9]{0,9}")) {
      return;
    }
    long parent = Long.parseLong(pid);
    Thread watch =
        new Thread(
            () -> {
              try {
                while (ProcessHandle.of(parent).map(ProcessHandle::isAlive).orElse(false)) {
                  Thread.sleep(WATCH_MS);
                }
              } catch (InterruptedException e) {
                // nobody interrupts it
              }
              exit(0);
            },
            "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }
}
