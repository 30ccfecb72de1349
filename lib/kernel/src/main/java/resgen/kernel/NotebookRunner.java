package resgen.kernel;

import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import resgen.kernel.eval.CellError;
import resgen.kernel.eval.Session;

/**
 * Runs a notebook's cells in this process, without Jupyter or Python, and writes the executed
 * notebook.
 *
 * <p>The cells see this JVM's class path and its working directory. Cells tagged {@code
 * skip-execution} are left out; cells tagged {@code raises-exception} may fail.
 */
public final class NotebookRunner {
  private static final Duration GRACE = Duration.ofSeconds(60);
  private static final String INTERRUPTED = "Interrupted";
  private static final double MOST_SECONDS = 1e7;

  /**
   * How to run.
   *
   * @param cellTimeout the time a cell may take, or null for no limit
   * @param progress told about each cell before it runs, or null
   * @param kernelName the kernel that a notebook without one is given, as {@code jupyter} knows it
   * @param displayName what menus show of that kernel
   */
  public record Options(
      Duration cellTimeout, Progress progress, String kernelName, String displayName) {
    /** With the names that the kernel is installed under unless others are given. */
    public Options(Duration cellTimeout, Progress progress) {
      this(cellTimeout, progress, KernelSpec.NAME, KernelSpec.DISPLAY_NAME);
    }

    /**
     * A cell's time in seconds; of null, none.
     *
     * @throws IllegalArgumentException if it is not positive or 1e7 and more
     */
    public static Duration seconds(Double limit) {
      if (limit != null && !(limit > 0 && limit < MOST_SECONDS)) {
        throw new IllegalArgumentException(
            "cell timeout " + limit + " is not a positive number of seconds below 1e7");
      }
      return limit == null ? null : Duration.ofMillis(Math.round(1000 * limit));
    }

    /** No limit, no progress. */
    public static Options plain() {
      return new Options(null, null);
    }
  }

  /** Told before each cell: its number from 1, the number of cells, its code. */
  @FunctionalInterface
  public interface Progress {
    /** Cell {@code cell} of {@code cells} is about to run. */
    void cell(int cell, int cells, String code);
  }

  /**
   * A notebook that ran to its end.
   *
   * @param cells how many cells ran
   */
  public record Report(int cells, Duration duration) {}

  /** A cell failed; the notebook up to there was written. */
  public static final class NotebookFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final int cell;
    private final transient CellError error;

    NotebookFailed(Path notebook, int cell, CellError error) {
      super(
          notebook
              + ": cell "
              + cell
              + " failed: "
              + error.name()
              + ": "
              + error.message()
              + "\n"
              + error.plain());
      this.cell = cell;
      this.error = error;
    }

    /** The cell of code that failed, counted from 1, as in {@code In [n]}. */
    public int cell() {
      return cell;
    }

    /** What the cell failed with. */
    public CellError error() {
      return error;
    }
  }

  private NotebookRunner() {}

  /**
   * Runs a notebook with a kernel of its own.
   *
   * @param in the notebook
   * @param out where to write the executed notebook; may be the same file
   *     <p>An interrupt of the calling thread interrupts the cell, gives it a minute to end, writes
   *     the notebook, and is set again.
   * @throws NotebookFailed at the first cell that fails or exceeds the limit, or when interrupted
   */
  public static Report run(Path in, Path out, Options options) {
    NotebookFile file = NotebookFile.read(in);
    try (JavaKernel kernel = JavaKernel.open()) {
      return run(file, kernel, in, out, options);
    }
  }

  private static Report run(
      NotebookFile file, JavaKernel kernel, Path in, Path out, Options options) {
    long start = System.nanoTime();
    NotebookOutputs outputs = new NotebookOutputs();
    List<JsonObject> cells = file.codeCells();
    for (JsonObject cell : cells) { // nothing of an earlier run may look like ours
      cell.add("outputs", new com.google.gson.JsonArray());
      cell.add("execution_count", JsonNull.INSTANCE);
    }
    describe(file, options);
    int done = 0;
    boolean interrupted = false;
    try {
      for (JsonObject cell : cells) {
        String code = NotebookFile.source(cell);
        if (code.isBlank() || NotebookFile.tagged(cell, "skip-execution")) {
          continue;
        }
        done++;
        if (options.progress() != null) {
          options.progress().cell(done, cells.size(), code);
        }
        NotebookOutputs.Cell sink = outputs.cell();
        cell.add("outputs", sink.outputs());
        CellResult result = watched(kernel, code, sink, options.cellTimeout());
        cell.addProperty("execution_count", result.count());
        sink.result(result);
        interrupted = !result.ok() && result.error().name().equals(INTERRUPTED);
        if (interrupted || (!result.ok() && !NotebookFile.tagged(cell, "raises-exception"))) {
          throw new NotebookFailed(in, result.count(), result.error());
        }
      }
    } finally {
      synchronized (outputs) {
        file.write(out);
      }
      if (interrupted) { // not before the file is written: an interrupt would close it
        Thread.currentThread().interrupt();
      }
    }
    return new Report(done, Duration.ofNanos(System.nanoTime() - start));
  }

  private static CellResult watched(
      JavaKernel kernel, String code, NotebookOutputs.Cell sink, Duration limit) {
    CompletableFuture<CellResult> running = new CompletableFuture<>();
    Thread thread =
        new Thread(
            null, () -> run(kernel, code, sink, running), "notebook-runner", Session.STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
    try {
      return limit == null ? running.get() : running.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      String message = "the cell took longer than " + limit.toMillis() / 1000.0 + " s";
      return stopped(kernel, running, "Timeout", message);
    } catch (InterruptedException e) {
      return stopped(kernel, running, INTERRUPTED, "the run was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Interrupts the cell and gives it time to end, for it may have something to save. */
  private static CellResult stopped(
      JavaKernel kernel, CompletableFuture<CellResult> running, String name, String message) {
    long end = System.nanoTime() + GRACE.toNanos();
    kernel.interrupt();
    while (!running.isDone()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        message += " and the cell could not be interrupted";
        break;
      }
      try {
        running.get(left, TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException again) {
        // How it ended does not matter.
      } catch (InterruptedException again) {
        name = INTERRUPTED;
        kernel.interrupt();
      }
    }
    return new CellResult(
        kernel.count(), null, new CellError(name, message, List.of(name + ": " + message)));
  }

  private static void run(
      JavaKernel kernel,
      String code,
      NotebookOutputs.Cell sink,
      CompletableFuture<CellResult> running) {
    try {
      running.complete(kernel.execute(code, sink));
    } catch (RuntimeException | Error e) {
      running.completeExceptionally(e);
    }
  }

  private static void describe(NotebookFile file, Options options) {
    JsonObject metadata = file.metadata();
    JsonElement spec = metadata.get("kernelspec");
    if (spec == null) {
      JsonObject ours = new JsonObject();
      ours.addProperty("display_name", options.displayName());
      ours.addProperty("language", "java");
      ours.addProperty("name", options.kernelName());
      metadata.add("kernelspec", ours);
    }
    JsonObject language = new JsonObject();
    language.addProperty("name", "java");
    language.addProperty("version", Runtime.version().toString());
    language.addProperty("mimetype", "text/x-java-source");
    language.addProperty("file_extension", ".jshell");
    language.addProperty("pygments_lexer", "java");
    language.addProperty("codemirror_mode", "text/x-java");
    metadata.add("language_info", language);
  }
}
