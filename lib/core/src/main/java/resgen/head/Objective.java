package resgen.head;

import resgen.mask.Schedule;
import resgen.settings.Later;
import resgen.settings.Range;

/**
 * How a generator is trained: what is no part of what it is.
 *
 * @param masking the training schedule γ; null of a model that masks nothing
 * @param conditionDrop how often training replaces the condition by none, in [0, 1)
 * @param bound weights of the mixture's bound; null of a model without a mixture
 * @param prompts how often the first positions of a sample are visible at all depths and carry no
 *     loss, in [0, 1]: min(5, L/4) … L/2 of its L positions; never where the condition is dropped
 * @param furtherMasks masks of a sample in a step beside the first, all seen by the head after one
 *     pass of the backbone: only of a causal one, whose hidden states know no mask. The r of a
 *     position's n masks are 1/n apart, so that they fall on different depths
 */
public record Objective(
    Schedule masking,
    double conditionDrop,
    Bound bound,
    @Later double prompts,
    @Later int furtherMasks) {

  public Objective {
    if (!(conditionDrop >= 0 && conditionDrop < 1)) {
      throw new IllegalArgumentException("conditionDrop " + conditionDrop + " is not in [0, 1)");
    }
    Range.require(prompts >= 0 && prompts <= 1, "prompts", prompts, "in [0, 1]");
    Range.require(furtherMasks >= 0, "furtherMasks", furtherMasks, "0 or more");
  }

  /** One mask a sample, no prompts. */
  public Objective(Schedule masking, double conditionDrop, Bound bound) {
    this(masking, conditionDrop, bound, 0, 0);
  }

  /** With prompts. */
  public Objective prompts(double share) {
    return new Objective(masking, conditionDrop, bound, share, furtherMasks);
  }

  /** With more masks of a sample, or none beside the first. */
  public Objective furtherMasks(int more) {
    return new Objective(masking, conditionDrop, bound, prompts, more);
  }

  /**
   * The mixture's bound on the negative log-likelihood. Any responsibilities q leave it an upper
   * bound.
   *
   * @param sharpness β of the responsibilities q ∝ N(z̃; μ_v, I)^β·π_v^α; 1 in the paper
   * @param prior α, the part of the mixture's own weights in q; 0 in the paper, so that every
   *     component gets gradient. With α = β = 1 and no smoothing the bound is tight, and its
   *     gradient is that of the exact likelihood
   * @param smoothing share of the uniform distribution mixed into q, in [0, 1)
   * @param kl weight of KL(q ‖ π)
   * @param regression weight of the regression part
   * @param gradient share of the gradient that means, shift and scale send into the backbone, in
   *     [0, 1]
   * @param perToken true to divide the summed loss by the number of masked tokens, false by the
   *     number of positions with a masked token
   * @param auxiliary weight of the cross-entropy of the codes of all masked depths below the
   *     shallowest, each by its own softmax of the same hidden state, as direct tokens have it;
   *     only of heads with mixture weights for every depth
   */
  public record Bound(
      double sharpness,
      double prior,
      double smoothing,
      double kl,
      double regression,
      double gradient,
      boolean perToken,
      @Later double auxiliary) {
    public Bound {
      Range.require(sharpness > 0, "sharpness", sharpness, "more than 0");
      Range.require(prior >= 0 && Double.isFinite(prior), "prior", prior, "0 or more");
      Range.require(smoothing >= 0 && smoothing < 1, "smoothing", smoothing, "in [0, 1)");
      Range.require(kl > 0, "kl weight", kl, "more than 0");
      Range.require(regression > 0, "regression weight", regression, "more than 0");
      Range.require(gradient >= 0 && gradient <= 1, "mean gradient", gradient, "in [0, 1]");
      Range.require(
          auxiliary >= 0 && Double.isFinite(auxiliary), "auxiliary", auxiliary, "0 or more");
    }

    /** The paper's: the bound itself, per masked token. */
    public static Bound paper() {
      return new Bound(1, 0, 0, 1, 1, 1, true, 0);
    }

    /** With responsibilities of another sharpness. */
    public Bound sharpness(double power) {
      return new Bound(power, prior, smoothing, kl, regression, gradient, perToken, auxiliary);
    }

    /** With the mixture's own weights in the responsibilities, to this power. */
    public Bound prior(double power) {
      return new Bound(sharpness, power, smoothing, kl, regression, gradient, perToken, auxiliary);
    }

    /** With label smoothing. */
    public Bound smoothing(double share) {
      return new Bound(sharpness, prior, share, kl, regression, gradient, perToken, auxiliary);
    }

    /** With other weights of KL and regression, and of the latter's gradient into the backbone. */
    public Bound weights(double kl, double regression, double gradient) {
      return new Bound(sharpness, prior, smoothing, kl, regression, gradient, perToken, auxiliary);
    }

    /** With the cross-entropy of deeper codes beside it. */
    public Bound auxiliary(double weight) {
      return new Bound(sharpness, prior, smoothing, kl, regression, gradient, perToken, weight);
    }

    /** Divided by the number of masked tokens, or of positions with one. */
    public Bound perToken(boolean tokens) {
      return new Bound(sharpness, prior, smoothing, kl, regression, gradient, tokens, auxiliary);
    }
  }
}
