package resgen.lab.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.settings.Json;
import resgen.torch.Torch;

/**
 * The Python program that does the same work with PyTorch, driven over a pipe: a line of JSON each
 * way. It waits while this process works, and the other way round, and works on the same device.
 */
public final class Python implements AutoCloseable {

  private final Process process;
  private final BufferedWriter to;
  private final BufferedReader from;
  private final Map<?, ?> about;
  private int opened;

  /**
   * Starts it.
   *
   * @param python the interpreter
   * @param worker the program, {@code environment/python/worker.py}
   * @param threads of one tensor operation
   * @throws IllegalStateException if it does not start or has no torch; the message says why
   */
  public Python(String python, Path worker, int threads) {
    if (!Files.isRegularFile(worker)) {
      throw new IllegalStateException("no such program: " + worker);
    }
    ProcessBuilder builder = new ProcessBuilder(python, worker.toString());
    String count = Integer.toString(threads);
    // OpenBLAS and OpenMP count their threads by themselves; torch does not tell them.
    builder.environment().put("OPENBLAS_NUM_THREADS", count);
    builder.environment().put("OMP_NUM_THREADS", count);
    builder.environment().put("MKL_NUM_THREADS", count);
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      process = builder.start();
    } catch (IOException e) {
      throw new IllegalStateException("cannot start " + python + ": " + e.getMessage(), e);
    }
    to = process.outputWriter();
    from = process.inputReader();
    try {
      about = ask("hello", Map.of("threads", threads, "device", device()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private static String device() {
    return Torch.device().isGpu() ? "gpu" : "cpu";
  }

  /** Versions of Python and torch, and what torch says of itself. */
  public String description() {
    return "Python %s, torch %s, %s, %s threads, %s, %s"
        .formatted(
            about.get("python"),
            about.get("torch"),
            about.get("device"),
            about.get("threads"),
            about.get("cpu"),
            about.get("blas"));
  }

  /** torch's version. */
  public String torch() {
    return String.valueOf(about.get("torch"));
  }

  /**
   * Makes a task ready.
   *
   * @param name as the results call the contestant
   * @param task as the program calls it
   * @param sizes what the task needs to know
   */
  public Timing.Contestant open(String name, String task, Map<String, ?> sizes) {
    String handle = "w" + opened++;
    Map<String, Object> message = new LinkedHashMap<>(sizes);
    message.put("as", handle);
    message.put("task", task);
    String note = String.valueOf(ask("open", message).get("note"));
    return new Timing.Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public String note() {
        return note;
      }

      @Override
      public List<Stopwatch.Elapsed> run(int times) {
        return elapsed(ask("run", Map.of("as", handle, "times", times)));
      }

      @Override
      public void close() {
        ask("close", Map.of("as", handle));
      }
    };
  }

  private static List<Stopwatch.Elapsed> elapsed(Map<?, ?> answer) {
    List<?> wall = (List<?>) answer.get("wall");
    List<?> cpu = (List<?>) answer.get("cpu");
    List<Stopwatch.Elapsed> runs = new ArrayList<>();
    for (int i = 0; i < wall.size(); i++) {
      runs.add(
          new Stopwatch.Elapsed(
              ((Number) wall.get(i)).doubleValue(), ((Number) cpu.get(i)).doubleValue()));
    }
    return runs;
  }

  private Map<?, ?> ask(String command, Map<String, ?> more) {
    Map<String, Object> message = new LinkedHashMap<>(more);
    message.put("command", command);
    try {
      to.write(Json.line(message));
      to.newLine();
      to.flush();
      String line = from.readLine();
      if (line == null) {
        throw new IllegalStateException(
            "the Python program ended at '" + command + "'; its last words are above");
      }
      Map<?, ?> answer = Json.read(line, Map.class);
      if (answer.containsKey("error")) {
        throw new IllegalStateException("Python, at '" + command + "': " + answer.get("error"));
      }
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException("the Python program: " + e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    try {
      to.close();
      if (!process.waitFor(5, java.util.concurrent.TimeUnit.SECONDS)) {
        process.destroy();
      }
    } catch (IOException e) {
      process.destroy();
    } catch (InterruptedException e) {
      process.destroy();
      Thread.currentThread().interrupt();
    }
  }
}
