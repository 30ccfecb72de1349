package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import resgen.lab.metric.Stopwatch;

/**
 * Several ways of doing the same work, timed by turns: in every round each does a block of runs, in
 * rotating order, and is compared with the baseline's block of the same round. What slows the
 * machine for a while slows all of them.
 */
public final class Contest {

  private static final double WARM_UP_SECONDS = 0.5;

  /** Someone who does the work. */
  public interface Contestant extends AutoCloseable {

    /** As the results call it. */
    String name();

    /** Runs the work so many times, and times each. */
    List<Stopwatch.Elapsed> run(int times);

    /** How it does the work, where there was a choice; may be empty. */
    default String note() {
      return "";
    }

    @Override
    void close();
  }

  /**
   * What came of it for one of them.
   *
   * @param name of the contestant
   * @param note how it does the work
   * @param wall wall seconds of a run, over the rounds
   * @param cpu processor seconds of a run, over the rounds
   * @param wallRatio its wall seconds over the baseline's, round by round
   * @param cpuRatio its processor seconds over the baseline's, round by round
   */
  public record Standing(
      String name, String note, Summary wall, Summary cpu, Summary wallRatio, Summary cpuRatio) {}

  private Contest() {}

  /**
   * Runs it.
   *
   * @param contestants the first is the baseline
   * @param rounds at least 1
   * @param blockSeconds about how long a block lasts; a block is one run at least
   * @return a standing for each, in their order
   */
  public static List<Standing> of(
      List<? extends Contestant> contestants, int rounds, double blockSeconds) {
    if (contestants.isEmpty() || rounds < 1) {
      throw new IllegalArgumentException(
          contestants.size() + " contestants and " + rounds + " rounds make no contest");
    }
    int n = contestants.size();
    int[] times = new int[n];
    for (int i = 0; i < n; i++) {
      times[i] = block(contestants.get(i), blockSeconds);
    }
    double[][] wall = new double[n][rounds];
    double[][] cpu = new double[n][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int turn = 0; turn < n; turn++) {
        int i = (turn + round) % n;
        List<Stopwatch.Elapsed> runs = contestants.get(i).run(times[i]);
        wall[i][round] =
            Summary.of(runs.stream().mapToDouble(Stopwatch.Elapsed::wall).toArray()).median();
        cpu[i][round] =
            Summary.of(runs.stream().mapToDouble(Stopwatch.Elapsed::cpu).toArray()).median();
      }
    }
    List<Standing> standings = new ArrayList<>();
    for (int i = 0; i < n; i++) {
      standings.add(
          new Standing(
              contestants.get(i).name(),
              contestants.get(i).note(),
              Summary.of(wall[i]),
              Summary.of(cpu[i]),
              Summary.ofRatios(wall[i], wall[0]),
              Summary.ofRatios(cpu[i], cpu[0])));
    }
    return standings;
  }

  /** Warms up and finds how many runs make a block. */
  private static int block(Contestant contestant, double seconds) {
    double spent = 0;
    double last = 0;
    while (spent < WARM_UP_SECONDS) {
      last = contestant.run(1).get(0).wall();
      spent += Math.max(last, 1e-6);
    }
    return (int) Math.max(1, Math.min(10_000, Math.round(seconds / Math.max(last, 1e-6))));
  }

  /** A task of this process as a contestant. */
  static Contestant ours(String name, Task task) {
    Task.Work work = task.opener().get();
    Stopwatch watch = Stopwatch.standard();
    return new Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Stopwatch.Elapsed> run(int times) {
        List<Stopwatch.Elapsed> runs = new ArrayList<>();
        for (int i = 0; i < times; i++) {
          runs.add(watch.time(work::run));
        }
        return runs;
      }

      @Override
      public void close() {
        work.close();
      }
    };
  }

  /** A standing's columns of a row. */
  static Map<String, Object> columns(Standing s) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("contestant", s.name());
    row.put("rounds", s.wall().count());
    row.put("wall_ms", (float) (1e3 * s.wall().median()));
    row.put("wall_mad_ms", (float) (1e3 * s.wall().mad()));
    row.put("cpu_ms", (float) (1e3 * s.cpu().median()));
    row.put("cpu_mad_ms", (float) (1e3 * s.cpu().mad()));
    row.put("wall_ratio", (float) s.wallRatio().median());
    row.put("wall_ratio_mad", (float) s.wallRatio().mad());
    row.put("cpu_ratio", (float) s.cpuRatio().median());
    row.put("cpu_ratio_mad", (float) s.cpuRatio().mad());
    row.put("note", s.note());
    return row;
  }
}
