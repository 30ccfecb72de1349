package resgen.reference;

import java.util.Arrays;

/** Selection of the largest of many scores. */
public final class TopSlots {

  private TopSlots() {}

  /**
   * Marks the {@code count} largest scores; of equal ones the first. A slot that must not be chosen
   * has the score negative infinity.
   *
   * @param scores finite or infinite, not NaN
   * @return true where chosen, as long as {@code scores}
   * @throws IllegalArgumentException when a score is NaN or fewer than {@code count} may be chosen
   */
  public static boolean[] largest(double[] scores, int count) {
    int eligible = 0;
    for (int i = 0; i < scores.length; i++) {
      if (Double.isNaN(scores[i])) {
        throw new IllegalArgumentException("score of slot " + i + " is not a number");
      }
      eligible += scores[i] == Double.NEGATIVE_INFINITY ? 0 : 1;
    }
    if (count < 0 || count > eligible) {
      throw new IllegalArgumentException("cannot choose " + count + " of " + eligible + " slots");
    }
    boolean[] chosen = new boolean[scores.length];
    if (count == 0) {
      return chosen;
    }
    double[] sorted = scores.clone();
    Arrays.sort(sorted);
    double threshold = sorted[sorted.length - count];
    int left = count;
    for (int i = 0; i < scores.length; i++) {
      chosen[i] = scores[i] > threshold;
      left -= chosen[i] ? 1 : 0;
    }
    for (int i = 0; left > 0; i++) {
      if (scores[i] == threshold && !chosen[i]) {
        chosen[i] = true;
        left--;
      }
    }
    return chosen;
  }
}
