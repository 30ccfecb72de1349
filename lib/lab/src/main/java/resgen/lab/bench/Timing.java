package resgen.lab.bench;

import java.util.ArrayList;
import java.util.List;
import resgen.lab.metric.Stopwatch;

/**
 * What a task took.
 *
 * @param task what was timed
 * @param wall wall seconds of one run
 * @param cpu processor seconds of one run
 */
public record Timing(Task task, Summary wall, Summary cpu) {

  private static final double WARM_UP_SECONDS = 1.0;
  private static final int LEAST_RUNS = 3;

  /**
   * How often a task is run.
   *
   * @param repeats runs counted, 1 or more
   * @param seconds after which no further run of a task begins, once there are three; above 0
   */
  public record Effort(int repeats, double seconds) {
    public Effort {
      if (repeats < 1) {
        throw new IllegalArgumentException("repeats " + repeats + " must be at least 1");
      }
      if (!(seconds > 0)) {
        throw new IllegalArgumentException("seconds " + seconds + " must be more than 0");
      }
    }
  }

  /**
   * Times a task. At least one run and one second are dropped: kernels are compiled and memory is
   * claimed in them.
   */
  public static Timing of(Task task, Effort effort) {
    Stopwatch watch = Stopwatch.standard();
    try (Task.Work work = task.opener().get()) {
      warmUp(work);
      List<Stopwatch.Elapsed> runs = new ArrayList<>();
      double spent = 0;
      while (runs.size() < effort.repeats()
          && (runs.size() < LEAST_RUNS || spent < effort.seconds())) {
        runs.add(watch.time(work::run));
        spent += runs.get(runs.size() - 1).wall();
      }
      return new Timing(
          task,
          Summary.of(runs.stream().mapToDouble(Stopwatch.Elapsed::wall).toArray()),
          Summary.of(runs.stream().mapToDouble(Stopwatch.Elapsed::cpu).toArray()));
    }
  }

  /** Runs that are not counted. */
  static void warmUp(Task.Work work) {
    long start = System.nanoTime();
    do {
      work.run();
    } while (System.nanoTime() - start < WARM_UP_SECONDS * 1e9);
  }

  /**
   * Floating-point operations a second of processor time, in units of 10⁹: what one core reaches,
   * also while others use the machine. 0 for a task whose operations are not counted.
   */
  public double gigaflopsOfCore() {
    return task.flops() / cpu.median() / 1e9;
  }

  /** Floating-point operations a second, in units of 10⁹, by the wall clock's median. */
  public double gigaflops() {
    return task.flops() / wall.median() / 1e9;
  }
}
