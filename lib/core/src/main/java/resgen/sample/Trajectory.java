package resgen.sample;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.reference.RevealOrder;

/**
 * How one sample was unmasked: for each step that called the network, what was visible after it and
 * how confident the choice was. For figures.
 *
 * @param depths D
 * @param steps in the order of time; nothing visible is ever hidden again
 */
public record Trajectory(int depths, List<Step> steps) {

  /**
   * One step.
   *
   * @param number t, from 1
   * @param visible visible depths per position after the step, {@code [L]}
   * @param confidence cumulative score without noise of the tokens revealed in this step, flattened
   *     {@code [L, D]}; NaN at all others, and everywhere for random reveals
   */
  public record Step(int number, int[] visible, float[] confidence) {
    @Override
    public String toString() {
      return "step " + number + ", visible depths " + Arrays.toString(visible);
    }
  }

  public Trajectory {
    steps = List.copyOf(steps);
    if (steps.isEmpty()) {
      throw new IllegalArgumentException("a trajectory needs at least one step");
    }
  }

  /** Starts recording a sample of L positions and D depths, all masked. */
  public static Recorder record(int positions, int depths) {
    return new Recorder(positions, depths);
  }

  /** L. */
  public int positions() {
    return steps.get(0).visible.length;
  }

  /** A page's piece with a slider over the steps; notebooks show it. */
  public String toHtml() {
    return new Stepper(this, List.of(), "unmasking").toHtml();
  }

  /** Which tokens step {@code index} of the list revealed, flattened {@code [L, D]}. */
  public boolean[] revealed(int index) {
    int[] before = index == 0 ? new int[positions()] : steps.get(index - 1).visible;
    int[] after = steps.get(index).visible;
    boolean[] revealed = new boolean[positions() * depths];
    for (int i = 0; i < after.length; i++) {
      Arrays.fill(revealed, i * depths + before[i], i * depths + after[i], true);
    }
    return revealed;
  }

  /**
   * The step number in which each token was revealed, flattened {@code [L, D]}; 0 if it was not.
   */
  public int[] revealedAt() {
    int[] at = new int[positions() * depths];
    for (int s = 0; s < steps.size(); s++) {
      boolean[] revealed = revealed(s);
      for (int slot = 0; slot < at.length; slot++) {
        at[slot] = revealed[slot] ? steps.get(s).number : at[slot];
      }
    }
    return at;
  }

  /** Collects the steps of one sample; not thread-safe. */
  public static final class Recorder {
    private final int depths;
    private final List<Step> steps = new ArrayList<>();
    private int[] visible;

    private Recorder(int positions, int depths) {
      this.depths = depths;
      this.visible = new int[positions];
    }

    /**
     * Adds a step.
     *
     * @param number t
     * @param after visible depths per position after it, {@code [L]}
     * @param terms the log-terms the choice was made from, flattened {@code [L, D]}, or null when
     *     it was random
     * @throws IllegalArgumentException when something visible is hidden again
     */
    public Recorder add(int number, int[] after, float[] terms) {
      float[] confidence = new float[visible.length * depths];
      Arrays.fill(confidence, Float.NaN);
      double[] scores = terms == null ? null : RevealOrder.scores(visible, depths, terms);
      for (int i = 0; i < visible.length; i++) {
        if (after[i] < visible[i] || after[i] > depths) {
          throw new IllegalArgumentException(
              "step "
                  + number
                  + " shows "
                  + after[i]
                  + " depths at position "
                  + i
                  + ", must be within "
                  + visible[i]
                  + ".."
                  + depths);
        }
        for (int j = visible[i]; j < after[i] && scores != null; j++) {
          confidence[i * depths + j] = (float) scores[i * depths + j];
        }
      }
      visible = after.clone();
      steps.add(new Step(number, after.clone(), confidence));
      return this;
    }

    public Trajectory done() {
      return new Trajectory(depths, steps);
    }
  }

  @Override
  public String toString() {
    return "unmasking of %d positions × depth %d in %d steps"
        .formatted(positions(), depths, steps.size());
  }
}
