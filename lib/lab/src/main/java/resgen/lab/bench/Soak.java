package resgen.lab.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ObjIntConsumer;

/**
 * Long work with its resident size watched: whether anything is left behind run after run.
 *
 * @param work {@code training} or {@code sampling}
 * @param runs how often it was done
 * @param readings resident bytes after so many runs, a garbage collection before each
 * @param slope steady growth after the warm-up in bytes per run: the mean rise from reading to
 *     reading, the largest and the smallest tenth left out, since the virtual machine takes memory
 *     in single large steps and a leak shows in every interval
 */
public record Soak(String work, int runs, List<Reading> readings, double slope) {

  private static final int READINGS = 50;

  /** The part of the runs, from the start, in which memory may still grow. */
  private static final double WARM_UP = 0.25;

  /** The part of the rises that is left out at either end. */
  private static final double TRIMMED = 0.1;

  /** What growth over the rest still counts as flat, as a share of the resident size. */
  private static final double FLAT = 0.01;

  /** Resident bytes after so many runs. */
  public record Reading(int run, long bytes) {}

  /**
   * Trains a tiny model.
   *
   * @param follow told each reading and the run it belongs to
   */
  public static Soak training(int steps, ObjIntConsumer<Reading> follow) {
    return of("training", generator().trainingStep(16), steps, follow);
  }

  /** Draws one sample again and again from a tiny model. */
  public static Soak sampling(int samples, ObjIntConsumer<Reading> follow) {
    return of("sampling", generator().sample(1), samples, follow);
  }

  private static GeneratorTasks generator() {
    return new GeneratorTasks(BenchPreset.of("tiny", "fp32"));
  }

  private static Soak of(String work, Task task, int runs, ObjIntConsumer<Reading> follow) {
    if (runs < READINGS) {
      throw new IllegalArgumentException(
          work + " of " + runs + " runs is too short; at least " + READINGS);
    }
    List<Reading> readings = new ArrayList<>();
    try (Task.Work open = task.open()) {
      for (int run = 1; run <= runs; run++) {
        open.run();
        if ((long) run * READINGS / runs != (long) (run - 1) * READINGS / runs) {
          System.gc();
          Reading reading = new Reading(run, MemoryUse.resident());
          readings.add(reading);
          follow.accept(reading, runs);
        }
      }
    }
    return of(work, runs, readings);
  }

  static Soak of(String work, int runs, List<Reading> readings) {
    List<Reading> late = readings.stream().filter(r -> r.run() > WARM_UP * runs).toList();
    double[] rises = new double[late.size() - 1];
    for (int i = 0; i < rises.length; i++) {
      Reading before = late.get(i);
      Reading after = late.get(i + 1);
      rises[i] = (double) (after.bytes() - before.bytes()) / (after.run() - before.run());
    }
    Arrays.sort(rises);
    int cut = (int) Math.ceil(TRIMMED * rises.length);
    double slope = Arrays.stream(rises, cut, rises.length - cut).average().orElse(Double.NaN);
    return new Soak(work, runs, readings, slope);
  }

  /** Growth over the runs after the warm-up, in bytes. */
  public double growth() {
    return slope * (1 - WARM_UP) * runs;
  }

  /** Whether that growth is less than a hundredth of the resident size. */
  public boolean isFlat() {
    return growth() < FLAT * readings.get(readings.size() - 1).bytes();
  }

  /** Rows, one for each reading. */
  public List<Map<String, Object>> rows(Machine machine) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Reading reading : readings) {
      Map<String, Object> row = new LinkedHashMap<>();
      row.put("work", work);
      row.put("run", reading.run());
      row.put("resident_bytes", reading.bytes());
      row.put("bytes_per_run", (float) slope);
      row.put("flat", isFlat());
      row.putAll(machine.columns());
      rows.add(row);
    }
    return rows;
  }
}
