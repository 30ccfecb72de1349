package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import resgen.model.TokenShape;
import resgen.torch.Torch;

/** The tokens of samples that are unmasked together: what is visible, and its codes. */
final class BatchTokens {

  private final TokenShape shape;
  private final boolean free;
  private final int[] codes; // [B, L, D]
  private final boolean[] shown; // [B, L, D]
  private final int[] shallowest; // [B, L]: the shallowest masked depth; D if there is none

  /**
   * All masked.
   *
   * @param free whether any token may be visible; else prefixes of depths are
   */
  BatchTokens(TokenShape shape, int size, boolean free) {
    this.shape = shape;
    this.free = free;
    codes = new int[size * shape.tokens()];
    shown = new boolean[codes.length];
    shallowest = new int[size * shape.positions()];
  }

  /** {@code [B, L, D]}; not to be changed. */
  int[] codes() {
    return codes;
  }

  /** The shallowest masked depth at a row of {@code [B, L]}: of a prefix, how many are visible. */
  int shallowest(int row) {
    return shallowest[row];
  }

  /** How many depths each position of a sample shows, {@code [L]}. */
  int[] visible(int sample) {
    int l = shape.positions();
    return Arrays.copyOfRange(shallowest, sample * l, (sample + 1) * l);
  }

  /** Rows of {@code [B, L]} that have a masked depth below this. */
  int[] rows(int below) {
    int[] rows = new int[shallowest.length];
    int n = 0;
    for (int i = 0; i < rows.length; i++) {
      if (shallowest[i] < below) {
        rows[n++] = i;
      }
    }
    return Arrays.copyOf(rows, n);
  }

  /** Codes of all rows, {@code [B·L, D]}. */
  NDArray codes(NDManager manager) {
    return Torch.longs(manager, codes, shallowest.length, shape.depth());
  }

  /** What is visible at all rows, as the kernels take it: {@code [B·L]} or {@code [B·L, D]}. */
  NDArray seen(NDManager manager) {
    int[] all = new int[shallowest.length];
    Arrays.setAll(all, i -> i);
    return seen(manager, all);
  }

  /** What is visible at some rows, {@code [N]} or {@code [N, D]}. */
  NDArray seen(NDManager manager, int[] rows) {
    if (!free) {
      int[] counts = Arrays.stream(rows).map(row -> shallowest[row]).toArray();
      return Torch.longs(manager, counts, rows.length);
    }
    int d = shape.depth();
    int[] bits = new int[rows.length * d];
    for (int i = 0; i < bits.length; i++) {
      bits[i] = shown[rows[i / d] * d + i % d] ? 1 : 0;
    }
    return Torch.longs(manager, bits, rows.length, d);
  }

  /** {@code [B·L, …] → [B, L, …]}. */
  NDArray perPosition(NDArray seen) {
    long l = shape.positions();
    return free ? seen.reshape(-1, l, shape.depth()) : seen.reshape(-1, l);
  }

  /**
   * Reveals some of a sample's tokens.
   *
   * @param order which come first, with its temperature
   * @param terms how confident each token of the step's depths is, {@code [L, k]}, or null
   * @param proposals codes of the step's depths, {@code [L, k]}
   */
  void reveal(int sample, RevealSteps.Step step, Chooser order, float[] terms, long[] proposals) {
    int l = shape.positions();
    int k = step.depths();
    boolean[] chosen =
        free ? order.anywhere(shown(sample), terms) : prefix(sample, step, order, terms);
    for (int s = 0; s < l * k; s++) {
      if (chosen[s]) {
        int at = (sample * l + s / k) * shape.depth() + step.first() + s % k;
        codes[at] = (int) proposals[s];
        shown[at] = true;
      }
    }
    for (int row = sample * l; row < (sample + 1) * l; row++) {
      while (shallowest[row] < shape.depth() && shown[row * shape.depth() + shallowest[row]]) {
        shallowest[row]++;
      }
    }
  }

  /** Chooses what is revealed. */
  interface Chooser {

    /** How many of k depths each position shows next, none fewer than before. */
    int[] prefixes(int[] before, float[] terms);

    /** Which tokens of all depths are revealed. */
    boolean[] anywhere(boolean[] shown, float[] terms);
  }

  private boolean[] shown(int sample) {
    int each = shape.tokens();
    return Arrays.copyOfRange(shown, sample * each, (sample + 1) * each);
  }

  private boolean[] prefix(int sample, RevealSteps.Step step, Chooser order, float[] terms) {
    int k = step.depths();
    int[] before = visible(sample);
    Arrays.setAll(before, p -> before[p] - step.first());
    int[] after = order.prefixes(before, terms);
    boolean[] chosen = new boolean[before.length * k];
    for (int p = 0; p < before.length; p++) {
      Arrays.fill(chosen, p * k + before[p], p * k + after[p], true);
    }
    return chosen;
  }
}
