package resgen.lab.bench;

import ai.djl.ndarray.NDManager;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import resgen.torch.Torch;

/**
 * A piece of work that is timed.
 *
 * @param name as {@code --only} takes it
 * @param unit what one run makes {@code units} of
 * @param units how many
 * @param calls network calls one after another in one run; 0 where that says nothing
 * @param flops floating-point operations of one run's matrix products; 0 where they do not matter
 * @param opener makes ready what a run needs; that is not timed
 */
public record Task(String name, String unit, int units, int calls, double flops, Opener opener) {

  /** Makes work ready. */
  @FunctionalInterface
  public interface Opener {

    /**
     * Makes the work ready.
     *
     * @param manager of its arrays, closed after the last run
     * @param closing what else is to be closed then, the last added first
     * @return one run; it returns when its results are computed
     */
    Runnable open(NDManager manager, Deque<Runnable> closing);
  }

  /** Work made ready, to be run again and again. */
  public static final class Work implements Timing.Contestant {

    private final String name;
    private final boolean phases;
    private final Deque<Runnable> closing = new ArrayDeque<>();
    private final Stopwatch watch = Stopwatch.standard();
    private final Runnable once;

    private Work(Task task, String name, boolean phases) {
      this.name = name;
      this.phases = phases;
      NDManager manager = Torch.manager();
      closing.push(manager::close);
      try {
        once = task.opener.open(manager, closing);
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    @Override
    public String name() {
      return name;
    }

    /** One run that is not timed. */
    public void run() {
      once.run();
    }

    @Override
    public List<Stopwatch.Elapsed> run(int times) {
      List<Stopwatch.Elapsed> runs = new ArrayList<>();
      for (int i = 0; i < times; i++) {
        runs.add(phases ? watch.timePhases(once) : watch.time(once));
      }
      return runs;
    }

    @Override
    public void close() {
      closing.forEach(Runnable::run);
      closing.clear();
    }
  }

  /** Makes it ready. */
  public Work open() {
    return open(name, false);
  }

  /**
   * Makes it ready to be timed.
   *
   * @param as the name in the results
   * @param phases whether its phases are told apart
   */
  public Work open(String as, boolean phases) {
    return new Work(this, as, phases);
  }
}
