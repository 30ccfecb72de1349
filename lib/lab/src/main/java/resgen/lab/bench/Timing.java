package resgen.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * What a piece of work took, round by round. Several ways of doing the same work are timed by
 * turns: in every round each does a block of runs, in rotating order, and is compared with
 * another's block of the same round, so that what slows the machine for a while slows all of them.
 *
 * @param name of the work, or of who did it
 * @param note how it was done, where there was a choice; may be empty
 * @param rounds the median run of each round's block
 */
public record Timing(String name, String note, List<Stopwatch.Elapsed> rounds) {

  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_RUNS = 10_000;

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
    default void close() {}
  }

  /**
   * How often the work is done.
   *
   * @param rounds that count, at least 1
   * @param seconds after which no further round begins, once there are three; more than 0
   * @param block about how many seconds a block lasts, one run at least; 0 for one run
   * @param warmUp seconds that are dropped first, one run at least
   */
  public record Plan(int rounds, double seconds, double block, double warmUp) {
    public Plan {
      if (rounds < 1) {
        throw new IllegalArgumentException("rounds " + rounds + " is less than 1");
      }
      if (!(seconds > 0) || !(block >= 0) || !(warmUp >= 0)) {
        throw new IllegalArgumentException(
            "seconds %s must be more than 0, block %s and warm-up %s at least 0"
                .formatted(seconds, block, warmUp));
      }
    }

    /** Single runs, a second dropped: kernels are compiled and memory is claimed in it. */
    public static Plan repeats(int repeats, double seconds) {
      if (repeats < 1) {
        throw new IllegalArgumentException("repeats " + repeats + " is less than 1");
      }
      return new Plan(repeats, seconds, 0, 1);
    }

    /** Rounds of blocks. */
    public static Plan rounds(int rounds, double block) {
      return new Plan(rounds, Double.POSITIVE_INFINITY, block, 0.5);
    }
  }

  /** Times one task. */
  public static Timing of(Task task, Plan plan, boolean phases) {
    return of(List.of(task), plan, phases).get(0);
  }

  /** Times tasks by turns. */
  public static List<Timing> of(List<Task> tasks, Plan plan, boolean phases) {
    List<Contestant> all = new ArrayList<>();
    try {
      tasks.forEach(task -> all.add(task.open(task.name(), phases)));
      return byTurns(all, plan, round -> {});
    } finally {
      all.forEach(Contestant::close);
    }
  }

  /**
   * Times several by turns.
   *
   * @param eachRound told the number of each round before it, 0 for the warm-up
   * @return a timing for each, in their order
   */
  public static List<Timing> byTurns(
      List<? extends Contestant> all, Plan plan, IntConsumer eachRound) {
    if (all.isEmpty()) {
      throw new IllegalArgumentException("there is nobody whose work could be timed");
    }
    eachRound.accept(0);
    int[] times = all.stream().mapToInt(one -> warmUp(one, plan)).toArray();
    List<List<Stopwatch.Elapsed>> rounds = new ArrayList<>();
    all.forEach(one -> rounds.add(new ArrayList<>()));
    double spent = 0;
    for (int round = 0;
        round < plan.rounds() && (round < LEAST_ROUNDS || spent < plan.seconds());
        round++) {
      eachRound.accept(round + 1);
      for (int turn = 0; turn < times.length; turn++) {
        int i = (turn + round) % times.length;
        Timing block = new Timing("", "", all.get(i).run(times[i]));
        rounds.get(i).add(block.median());
        spent += block.rounds().stream().mapToDouble(Stopwatch.Elapsed::wall).sum();
      }
    }
    return IntStream.range(0, times.length)
        .mapToObj(i -> new Timing(all.get(i).name(), all.get(i).note(), rounds.get(i)))
        .toList();
  }

  /** Warms up and finds how many runs make a block. */
  private static int warmUp(Contestant one, Plan plan) {
    double spent = 0;
    double last;
    do {
      last = Math.max(one.run(1).get(0).wall(), 1e-6);
      spent += last;
    } while (spent < plan.warmUp());
    return (int) Math.max(1, Math.min(MOST_RUNS, Math.round(plan.block() / last)));
  }

  private Stopwatch.Elapsed median() {
    return rounds.size() == 1
        ? rounds.get(0)
        : new Stopwatch.Elapsed(wall().median(), cpu().median(), phases());
  }

  private Summary summary(ToDoubleFunction<Stopwatch.Elapsed> what) {
    return Summary.of(rounds.stream().mapToDouble(what).toArray());
  }

  /** Wall seconds of a run. */
  public Summary wall() {
    return summary(Stopwatch.Elapsed::wall);
  }

  /** Processor seconds of a run. */
  public Summary cpu() {
    return summary(Stopwatch.Elapsed::cpu);
  }

  /** Something of this over the same of another, round by round. */
  public Summary over(Timing other, ToDoubleFunction<Stopwatch.Elapsed> what) {
    return Summary.ofRatios(
        rounds.stream().mapToDouble(what).toArray(),
        other.rounds.stream().mapToDouble(what).toArray());
  }

  /** The median seconds of each phase; a round without it does not count. */
  public Map<String, Double> phases() {
    Map<String, List<Double>> all = new LinkedHashMap<>();
    for (Stopwatch.Elapsed round : rounds) {
      round.phases().forEach((k, s) -> all.computeIfAbsent(k, key -> new ArrayList<>()).add(s));
    }
    Map<String, Double> medians = new LinkedHashMap<>();
    all.forEach((k, s) -> medians.put(k, Summary.of(s).median()));
    return medians;
  }

  /** The sum of the phases' medians. */
  public double phasesTotal() {
    return phases().values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** Milliseconds and ratios to the first of those timed by turns, as columns of a row. */
  Map<String, Object> columns(Timing first) {
    Map<String, Object> row = new LinkedHashMap<>();
    row.put("contestant", name);
    row.put("rounds", rounds.size());
    wall().put(row, "wall", "_ms", 1e3);
    cpu().put(row, "cpu", "_ms", 1e3);
    over(first, Stopwatch.Elapsed::wall).put(row, "wall_ratio", "", 1);
    over(first, Stopwatch.Elapsed::cpu).put(row, "cpu_ratio", "", 1);
    row.put("note", note);
    return row;
  }
}
