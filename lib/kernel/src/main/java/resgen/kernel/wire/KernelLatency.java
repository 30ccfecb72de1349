package resgen.kernel.wire;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * How long a kernel process lets its user wait, seen from a client over ZeroMQ.
 *
 * @param readyMillis from the process's start to its first answer and the first output seen
 * @param firstCellMillis the first cell, sent at once then, to its idle state
 * @param laterCellMillis a later trivial cell; the median of {@value #LATER}
 * @param interruptMillis from the interrupt request to the end of a busy loop
 * @param printMillis a cell that prints 5,000 lines
 * @param residentMegabytes the process's memory after these cells; NaN where {@code /proc} is not
 */
public record KernelLatency(
    double readyMillis,
    double firstCellMillis,
    double laterCellMillis,
    double interruptMillis,
    double printMillis,
    double residentMegabytes) {
  private static final int LATER = 21;
  private static final Duration END = Duration.ofSeconds(30);

  /**
   * Starts a kernel, measures it and ends it.
   *
   * @param command the kernel's command line
   * @param env further environment variables
   * @throws KernelClient.NoAnswer when it hangs or ends by itself
   */
  public static KernelLatency measure(List<String> command, Map<String, String> env)
      throws InterruptedException {
    Path dir = folder();
    long start = System.nanoTime();
    try (KernelClient client = new KernelClient(command, env, dir)) {
      client.awaitReady();
      double ready = millisSince(start);
      double first = cell(client, "int first = 1 + 1;\nfirst");
      double[] later = new double[LATER];
      for (int i = 0; i < LATER; i++) {
        later[i] = cell(client, "first + " + i);
      }
      Arrays.sort(later);
      double interrupt = interrupt(client);
      double print = cell(client, "for (int i = 0; i < 5000; i++) System.out.println(i);");
      double resident = residentMegabytes(client.pid());
      if (!client.shutdown(END)) {
        throw new KernelClient.NoAnswer("the kernel does not end when asked to");
      }
      return new KernelLatency(ready, first, later[LATER / 2], interrupt, print, resident);
    } finally {
      delete(dir);
    }
  }

  private static double cell(KernelClient client, String code) {
    long start = System.nanoTime();
    JsonObject reply = client.execute(code);
    if (!reply.get("status").getAsString().equals("ok")) {
      throw new IllegalStateException("the cell failed: " + reply);
    }
    return millisSince(start);
  }

  private static double interrupt(KernelClient client) {
    String id = client.begin(KernelClient.code("System.out.println(\"go\"); while (true) {}"));
    client.awaitPublished(m -> m.type().equals("stream"));
    long start = System.nanoTime();
    client.send(true, "interrupt_request", new JsonObject());
    client.reply(false, id);
    double millis = millisSince(start);
    client.awaitIdle(id);
    return millis;
  }

  private static double millisSince(long start) {
    return (System.nanoTime() - start) / 1e6;
  }

  private static double residentMegabytes(long pid) {
    try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToDouble(line -> Double.parseDouble(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(Double.NaN);
    } catch (IOException | UncheckedIOException e) {
      return Double.NaN;
    }
  }

  private static Path folder() {
    try {
      return Files.createTempDirectory("kernel-latency");
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder", e);
    }
  }

  private static void delete(Path dir) {
    try (Stream<Path> files = Files.list(dir)) {
      for (Path file : files.toList()) {
        Files.deleteIfExists(file);
      }
      Files.deleteIfExists(dir);
    } catch (IOException e) {
      // It stays in the folder for temporary files.
    }
  }
}
