package resgen.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import resgen.torch.Torch;

/**
 * The largest resident size against the batch size, and what follows from the line of least squares
 * through it.
 *
 * @param kind {@code training} or {@code sampling}
 * @param batches the batch sizes that were run
 * @param peaks the largest resident size at each, in bytes
 * @param slope bytes per sample
 * @param start bytes at a batch of none
 */
public record MemoryUse(String kind, int[] batches, long[] peaks, double slope, double start) {

  /** Sizes of devices for which the largest batch is projected, in units of 10⁹ bytes. */
  public static final List<Integer> DEVICES = List.of(24, 80);

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR = Path.of("/proc/self/clear_refs");
  private static final int RUNS = 3;

  /**
   * Runs a process for each batch size and fits a line.
   *
   * @param kind {@code training} or {@code sampling}
   * @param batches at least two different sizes
   * @throws IllegalStateException if a process fails; its last words are part of the message
   */
  public static MemoryUse of(
      BenchPreset preset, String precision, int threads, String kind, int... batches) {
    long[] peaks =
        Arrays.stream(batches)
            .mapToLong(batch -> peak(preset.name(), precision, threads, kind, batch))
            .toArray();
    return fit(kind, batches, peaks);
  }

  static MemoryUse fit(String kind, int[] batches, long[] peaks) {
    if (batches.length != peaks.length || Arrays.stream(batches).distinct().count() < 2) {
      throw new IllegalArgumentException(
          "a line needs a size for each batch and two different batches, not %d for %s"
              .formatted(peaks.length, Arrays.toString(batches)));
    }
    double x = Arrays.stream(batches).average().orElseThrow();
    double y = Arrays.stream(peaks).average().orElseThrow();
    double xy = 0;
    double xx = 0;
    for (int i = 0; i < batches.length; i++) {
      xy += (batches[i] - x) * (peaks[i] - y);
      xx += (batches[i] - x) * (batches[i] - x);
    }
    return new MemoryUse(kind, batches, peaks, xy / xx, y - xy / xx * x);
  }

  /**
   * The largest batch that would fit into so many bytes, 0 if not even one sample does; empty if
   * the size does not grow with these batches, which are then too small to tell.
   */
  public OptionalLong largestBatch(double bytes) {
    return slope > 0
        ? OptionalLong.of(Math.max(0, (long) Math.floor((bytes - start) / slope)))
        : OptionalLong.empty();
  }

  /** Whether this system tells a process's resident size, as Linux does. */
  public static boolean isKnown() {
    return Files.isReadable(STATUS);
  }

  /** This process's resident bytes now: heap, native arrays and code together. */
  static long resident() {
    return field(read(), "VmRSS");
  }

  /** The most bytes there were since the start or {@link #resetPeak}. */
  static long peak() {
    return field(read(), "VmHWM");
  }

  /** From now on {@link #peak()} counts anew. */
  static void resetPeak() {
    try {
      Files.writeString(CLEAR, "5");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + CLEAR + ": " + e.getMessage(), e);
    }
  }

  private static String read() {
    try {
      return Files.readString(STATUS);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + STATUS + ": " + e.getMessage(), e);
    }
  }

  /** A field of a text in the form of {@code /proc/self/status}, in bytes. */
  static long field(String status, String name) {
    return status
        .lines()
        .filter(line -> line.startsWith(name + ":"))
        .map(line -> line.replaceAll("\\D", ""))
        .mapToLong(kib -> 1024 * Long.parseLong(kib))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no " + name + " in " + STATUS));
  }

  /**
   * The work of one process: one kind at one batch size. Prints the largest resident size; memory
   * that an earlier batch has left behind would spoil the next.
   *
   * @param arguments preset, precision, threads, {@code training} or {@code sampling}, batch
   */
  public static void main(String[] arguments) {
    Torch.threads(Integer.parseInt(arguments[2]));
    int batch = Integer.parseInt(arguments[4]);
    GeneratorTasks generator = new GeneratorTasks(BenchPreset.of(arguments[0], arguments[1]));
    Task task =
        arguments[3].equals("training") ? generator.trainingStep(batch) : generator.sample(batch);
    try (Task.Work work = task.open()) {
      System.gc();
      resetPeak();
      for (int i = 0; i < RUNS; i++) {
        work.run();
      }
      System.out.println("peak " + peak());
    }
  }

  private static long peak(String preset, String precision, int threads, String kind, int batch) {
    List<String> command = new ArrayList<>();
    String java = System.getProperty("java.home") + "/bin/java";
    command.add(ProcessHandle.current().info().command().orElse(java));
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-D") || argument.startsWith("-Xmx"))
            .toList());
    // A collector without threads of its own, whose heap does not grow with the machine.
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.addAll(
        List.of(MemoryUse.class.getName(), preset, precision, "" + threads, kind, "" + batch));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      int code = process.waitFor();
      String tail = said.substring(Math.max(0, said.length() - 500)).strip();
      return said.lines()
          .filter(line -> line.startsWith("peak "))
          .mapToLong(line -> Long.parseLong(line.substring("peak ".length())))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "%s at batch %d ended with %d: %s".formatted(kind, batch, code, tail)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at batch " + batch, e);
    }
  }

  /** Rows, one for each batch size. */
  public List<Map<String, Object>> rows(BenchPreset preset, Machine machine) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int i = 0; i < batches.length; i++) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("preset", preset.name());
      row.put("work", kind);
      row.put("batch", batches[i]);
      row.put("peak_bytes", peaks[i]);
      row.put("bytes_per_sample", Math.round(slope));
      for (int size : DEVICES) {
        OptionalLong largest = largestBatch(size * 1e9);
        row.put("largest_batch_" + size + "_gb", largest.isPresent() ? largest.getAsLong() : null);
      }
      row.putAll(machine.columns());
      rows.add(row);
    }
    return rows;
  }
}
