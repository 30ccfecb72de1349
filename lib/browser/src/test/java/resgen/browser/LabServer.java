package resgen.browser;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Jupyter Notebook as {@code environment/resgen lab} starts it for a user: on 127.0.0.1, with its
 * random token. Its settings, data and runtime files are in a private folder.
 */
final class LabServer implements AutoCloseable {

  private static final Duration START = Duration.ofMinutes(3);

  private final Process process;
  private final String address;
  private final String token;

  /**
   * Starts the server and waits until it answers.
   *
   * @param root the project's directory
   * @param work a fresh folder of which it serves {@code notebooks/}
   * @param log where its output goes
   */
  LabServer(Path root, Path work, Path log) throws IOException, InterruptedException {
    Path runtime = Files.createDirectories(work.resolve("runtime"));
    ProcessBuilder builder =
        new ProcessBuilder(
            root.resolve("environment/resgen").toString(),
            "lab",
            "--no-browser",
            "--port=" + freePort(),
            "--directory=" + work.resolve("notebooks"));
    builder
        .environment()
        .putAll(
            Map.of(
                "RESGEN_BUILD", "never", // the build under test, as it was packaged
                "RESGEN_MODE", System.getenv().getOrDefault("RESGEN_MODE", "smoke"),
                "RESGEN_SEED", "1",
                "JUPYTER_CONFIG_DIR", work.resolve("config").toString(),
                "JUPYTER_DATA_DIR", work.resolve("data").toString(),
                "JUPYTER_RUNTIME_DIR", runtime.toString(),
                "IPYTHONDIR", work.resolve("ipython").toString()));
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    try {
      JsonObject server = await(runtime, log);
      address = server.get("url").getAsString();
      token = server.get("token").getAsString();
    } catch (IOException | InterruptedException | RuntimeException e) {
      close();
      throw e;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** The file in which a running server says where it is. */
  private JsonObject await(Path runtime, Path log) throws IOException, InterruptedException {
    long end = System.nanoTime() + START.toNanos();
    while (process.isAlive() && System.nanoTime() < end) {
      Optional<JsonObject> found = read(runtime);
      if (found.isPresent()) {
        return found.get();
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException(
        "Jupyter Notebook did not start; its output:\n" + Files.readString(log));
  }

  private static Optional<JsonObject> read(Path runtime) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(runtime, "nbserver-*.json")) {
      for (Path file : files) {
        String text = Files.readString(file);
        if (text.stripTrailing().endsWith("}")) {
          return Optional.of(JsonParser.parseString(text).getAsJsonObject());
        }
      }
    }
    return Optional.empty();
  }

  /** Where it listens, ending in a slash. */
  String address() {
    return address;
  }

  /** A path of the server, with its token. */
  String url(String path) {
    return address + path + "?token=" + token;
  }

  @Override
  public void close() {
    Processes.end(process);
  }
}
