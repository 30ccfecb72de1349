package resgen.mask;

import java.util.Arrays;

/**
 * How many tokens are masked after each sampling step, and which steps call the network. Sampling
 * starts with all masked and ends with none (paper, Algorithm 2). Immutable.
 */
public final class UnmaskPlan {

  private final int[] masked; // masked[t] after step t, masked[0] = tokens before the first
  private final boolean skipEmpty;

  private UnmaskPlan(int[] masked, boolean skipEmpty) {
    this.masked = masked;
    this.skipEmpty = skipEmpty;
  }

  /**
   * The plan of a schedule.
   *
   * @param schedule γ, evaluated at t/T
   * @param steps T, at least 1
   * @param tokens N = L·D, at least 1
   * @param skipEmpty a step that would reveal nothing costs no network call
   * @param atLeastOne every step reveals at least one token, as far as there are that many
   */
  public static UnmaskPlan of(
      Schedule schedule, int steps, int tokens, boolean skipEmpty, boolean atLeastOne) {
    if (steps < 1 || tokens < 1) {
      throw new IllegalArgumentException(
          "a plan needs steps and tokens, not " + steps + " and " + tokens);
    }
    int[] masked = new int[steps + 1];
    masked[0] = tokens;
    for (int t = 1; t <= steps; t++) {
      masked[t] = Math.min(masked[t - 1], schedule.count((double) t / steps, tokens));
      if (atLeastOne) { // one now, and one left for each step to come
        int most = Math.max(0, masked[t - 1] - 1);
        masked[t] = Math.min(most, Math.max(masked[t], steps - t));
      }
    }
    return new UnmaskPlan(masked, skipEmpty);
  }

  /** T. */
  public int steps() {
    return masked.length - 1;
  }

  /** N = L·D. */
  public int tokens() {
    return masked[0];
  }

  /** Tokens masked after step {@code t} of 1..T; t = 0 is the start. */
  public int maskedAfter(int t) {
    return masked[t];
  }

  /** All of them, {@code [T+1]}, from {@code N} down to 0; a copy. */
  public int[] masked() {
    return masked.clone();
  }

  /** Tokens that step {@code t} of 1..T reveals. */
  public int revealed(int t) {
    return masked[t - 1] - masked[t];
  }

  /** Whether step {@code t} of 1..T calls the network. */
  public boolean isCall(int t) {
    return skipEmpty ? revealed(t) > 0 : masked[t - 1] > 0;
  }

  /** Network calls in all; this and T belong beside every measured number. */
  public int calls() {
    int calls = 0;
    for (int t = 1; t <= steps(); t++) {
      calls += isCall(t) ? 1 : 0;
    }
    return calls;
  }

  @Override
  public String toString() {
    return "%d steps, %d network calls, masked %s"
        .formatted(masked.length - 1, calls(), Arrays.toString(masked));
  }
}
