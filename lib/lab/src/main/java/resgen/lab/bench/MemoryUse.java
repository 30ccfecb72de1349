package resgen.lab.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The largest resident size against the batch size, and what follows from its slope.
 *
 * @param kind {@code training} or {@code sampling}
 * @param batches the batch sizes that were run
 * @param peaks the largest resident size at each, in bytes
 * @param line through them; its slope is bytes per sample
 */
public record MemoryUse(String kind, int[] batches, long[] peaks, Line line) {

  /** Sizes of devices for which the largest batch is projected, in units of 10⁹ bytes. */
  public static final List<Integer> DEVICES = List.of(24, 80);

  /**
   * Runs a process for each batch size and fits a line.
   *
   * @param kind {@code training} or {@code sampling}
   * @param batches at least two different sizes
   * @throws IllegalStateException if a process fails; its last words are part of the message
   */
  public static MemoryUse of(
      BenchPreset preset, String precision, int threads, String kind, int... batches) {
    long[] peaks = new long[batches.length];
    for (int i = 0; i < batches.length; i++) {
      peaks[i] = peak(preset.name(), precision, threads, kind, batches[i]);
    }
    return fit(kind, batches, peaks);
  }

  static MemoryUse fit(String kind, int[] batches, long[] peaks) {
    double[] x = java.util.Arrays.stream(batches).asDoubleStream().toArray();
    double[] y = java.util.Arrays.stream(peaks).asDoubleStream().toArray();
    return new MemoryUse(kind, batches, peaks, Line.leastSquares(x, y));
  }

  /** The largest batch that would fit into so many bytes; 0 if not even one sample does. */
  public long largestBatch(double bytes) {
    return Math.max(0, (long) Math.floor(line.where(bytes)));
  }

  private static long peak(String preset, String precision, int threads, String kind, int batch) {
    List<String> command = new ArrayList<>();
    command.add(
        ProcessHandle.current()
            .info()
            .command()
            .orElse(System.getProperty("java.home") + "/bin/java"));
    command.addAll(
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(argument -> argument.startsWith("-D") || argument.startsWith("-Xmx"))
            .toList());
    // A collector without threads of its own, whose heap does not grow with the machine.
    command.addAll(List.of("-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path")));
    command.add(MemoryProbe.class.getName());
    command.addAll(
        List.of(preset, precision, Integer.toString(threads), kind, Integer.toString(batch)));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes());
      int code = process.waitFor();
      return said.lines()
          .filter(line -> line.startsWith("peak "))
          .mapToLong(line -> Long.parseLong(line.substring("peak ".length())))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "%s at batch %d ended with %d: %s".formatted(kind, batch, code, tail(said))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted at batch " + batch, e);
    }
  }

  private static String tail(String text) {
    return text.substring(Math.max(0, text.length() - 500)).strip();
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
      row.put("bytes_per_sample", Math.round(line.slope()));
      for (int size : DEVICES) {
        row.put("largest_batch_" + size + "_gb", largestBatch(size * 1e9));
      }
      row.putAll(machine.columns());
      rows.add(row);
    }
    return rows;
  }
}
