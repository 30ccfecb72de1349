package resgen.head;

import ai.djl.ndarray.NDArray;
import resgen.mask.Reveal;
import resgen.noise.Keys;
import resgen.quantize.TokenStatistics;
import resgen.train.Trainable;

/**
 * What is made of a hidden state: the loss of the tokens that are to be predicted, and proposals
 * for them, which are all that a head must have. Nothing here goes through Java's memory.
 */
public interface Head {

  /**
   * The loss, a mean over what {@link Target#whole()} predicts.
   *
   * @param hidden {@code [B, L, W]}
   * @param how weights of the loss
   */
  Trainable.Loss loss(NDArray hidden, Target target, Objective how);

  /**
   * Negative log-likelihood of what is to be predicted, summed, in nats; {@code []}. By default the
   * loss times the number of tokens that are predicted, which is right of a head whose loss is the
   * mean of −log p over them; validation shows it.
   *
   * @param hidden {@code [B, L, W]}
   */
  default NDArray likelihood(NDArray hidden, Target target) {
    Objective plain = new Objective(null, 0, Objective.Bound.paper());
    return loss(hidden, target, plain).total().mul(target.whole().tokens());
  }

  /**
   * Proposes codes of k depths, as if all of them were masked where one is.
   *
   * @param hidden {@code [B, L, W]}
   * @param target of which the codes and sums of what is visible are read
   * @param keys a stream for each sample
   */
  Proposal draw(NDArray hidden, Target target, How how, Keys keys);

  /**
   * Log-probabilities of the depth-1 code at positions whose depths are all masked.
   *
   * @param hidden {@code [N, W]}
   * @param noiseScale of a mixture's draws, by which its share of a code's cell is measured; other
   *     heads do not read it
   * @param seed of these draws
   * @return {@code [N, V]}; null, as by default, if the head does not tell, and then no context
   *     gain is measured
   */
  default NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    return null;
  }

  /** Starts what depends on the data. */
  default void start(TokenStatistics statistics) {}

  /** How many terms the confidence of one token sums; τ may be a multiple of it. */
  default int confidenceTerms() {
    return 1;
  }

  /**
   * Operations of the matrix products of one sample's draw of so many depths; NaN, as by default,
   * if the head does not tell.
   */
  default double flops(int positions, int depths) {
    return Double.NaN;
  }

  /**
   * How a step draws.
   *
   * @param draw filter, noise, temperature
   * @param reveal which confidence is wanted
   * @param first the first depth that may be revealed
   * @param depths k, how many from it on
   */
  record How(Draw draw, Reveal reveal, int first, int depths) {}

  /**
   * Proposed codes; those of visible tokens mean nothing.
   *
   * @param codes {@code [B, L, k]} int64
   * @param terms how confident each is, {@code [B, L, k]} float32; null if none is wanted
   * @param values what was drawn, to be checked for numbers that are not finite
   */
  record Proposal(NDArray codes, NDArray terms, NDArray values) {}
}
