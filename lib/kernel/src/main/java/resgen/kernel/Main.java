package resgen.kernel;

import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import resgen.kernel.wire.ConnectionFile;
import resgen.kernel.wire.KernelServer;

/** The kernel process: {@code java -cp ... resgen.kernel.Main CONNECTION_FILE}. */
public final class Main {
  private static final long WATCH_MS = 1000;
  private static final long EXIT_MS = 5000;

  private Main() {}

  /** Serves until the client asks for shutdown or the parent process is gone. */
  public static void main(String[] args) {
    if (args.length != 1) {
      System.err.println("usage: java -cp CLASSPATH resgen.kernel.Main CONNECTION_FILE");
      System.exit(2);
    }
    try {
      ConnectionFile connection = ConnectionFile.read(Path.of(args[0]));
      watchParent(System.getenv("JPY_PARENT_PID"));
      CompletableFuture<JavaKernel> kernel = new CompletableFuture<>();
      KernelServer server = new KernelServer(connection, kernel);
      kernel.complete(JavaKernel.open());
      server.awaitShutdown();
      exit(0);
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      exit(1);
    }
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
              Runtime.getRuntime().halt(status);
            },
            "halt");
    halt.setDaemon(true);
    halt.start();
    System.exit(status);
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
