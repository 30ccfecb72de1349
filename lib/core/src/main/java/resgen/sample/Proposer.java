package resgen.sample;

import ai.djl.ndarray.NDArray;
import resgen.data.Noise;

/** Draws codes for masked tokens from hidden states: what differs between heads. */
interface Proposer {

  /**
   * Where codes are wanted: N positions with masked tokens.
   *
   * @param hidden hidden states, {@code [N, W]}
   * @param seen what is visible, as the kernels take it: how many depths, {@code [N]}, or which,
   *     {@code [N, D]}
   * @param shallowest the shallowest masked depth, {@code [N]}
   * @param noise the stream of each position's sample, {@code [N]}
   * @param first the first depth that is wanted
   * @param depths k, how many are wanted from it on
   */
  record Wanted(
      NDArray hidden, NDArray seen, int[] shallowest, Noise.Stream[] noise, int first, int depths) {
    int size() {
      return shallowest.length;
    }
  }

  /**
   * Proposed codes; those of visible depths mean nothing.
   *
   * @param codes flattened {@code [N, k]}
   * @param terms how confident each is, flattened {@code [N, k]}; null at random order
   */
  record Proposal(long[] codes, float[] terms) {}

  /** Draws; uses the streams position by position. */
  Proposal propose(Wanted wanted);

  /** How many terms the confidence of one token sums. */
  int confidenceTerms();

  /** Matrix operations of one sample in one call that wants {@code depths} depths. */
  double flops(int depths);
}
