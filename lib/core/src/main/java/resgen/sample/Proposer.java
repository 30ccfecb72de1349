package resgen.sample;

import ai.djl.ndarray.NDArray;
import resgen.noise.Noise;

/** Draws codes for masked tokens from hidden states: what differs between heads. */
interface Proposer {

  /**
   * Where codes are wanted: N positions with masked tokens.
   *
   * @param hidden hidden states, {@code [N, W]}
   * @param seen what is visible, as the kernels take it: how many depths, {@code [N]}, or which,
   *     {@code [N, D]}
   * @param shallowest the shallowest masked depth, {@code [N]}
   * @param rows where these positions are among all of the batch's, {@code [N]}, ascending
   * @param keys of the batch's noise
   * @param first the first depth that is wanted
   * @param depths k, how many are wanted from it on
   */
  record Wanted(
      NDArray hidden,
      NDArray seen,
      int[] shallowest,
      int[] rows,
      Keys keys,
      int first,
      int depths) {
    int size() {
      return shallowest.length;
    }
  }

  /**
   * The noise of a batch in one step: every purpose has a stream of its own for each sample, in
   * which each position has a fixed place.
   *
   * @param noise of the run
   * @param first index of the batch's first sample
   * @param step t
   */
  record Keys(Noise noise, long first, int step) {
    Noise.Stream stream(String purpose, int sample) {
      return noise.fork(purpose).stream(first + sample, step);
    }
  }

  /**
   * Proposed codes; those of visible depths mean nothing.
   *
   * @param codes flattened {@code [N, k]}
   * @param terms how confident each is, flattened {@code [N, k]}; null at random order
   */
  record Proposal(long[] codes, float[] terms) {}

  /** Draws. */
  Proposal propose(Wanted wanted);

  /** How many terms the confidence of one token sums. */
  int confidenceTerms();

  /** Matrix operations of one sample in one call that wants {@code depths} depths. */
  double flops(int depths);
}
