package resgen.head;

import resgen.settings.Later;
import resgen.settings.Range;

/**
 * Settings of the mixture-of-Gaussians head (method: target and loss).
 *
 * @param components K, how many Gaussians
 * @param means how the means come about
 * @param rank h, the rank of what the network adds to the means; unused with full means, 0 for
 *     nothing with anchored ones
 * @param sharpness β of the responsibilities q ∝ N(z̃; μ_v, I)^β·π_v^α; 1 in the paper. Any q keeps
 *     the loss an upper bound of the negative log-likelihood
 * @param prior α, the part of the mixture's own weights in q; 0 in the paper, so that every
 *     component gets gradient. With α = β = 1 and no smoothing the bound is tight, and its gradient
 *     is that of the exact likelihood
 * @param smoothing share of the uniform distribution mixed into q, in [0, 1)
 * @param minLogScale the least value of log a, except with anchored means, which bring their own
 * @param weights of the loss's parts
 */
public record MixtureSettings(
    int components,
    Means means,
    int rank,
    double sharpness,
    @Later double prior,
    double smoothing,
    double minLogScale,
    Weights weights) {

  /** How the means come about. */
  public enum Means {
    /** μ_v ∈ R^H is put out whole. */
    FULL,
    /** μ_v = M_v μ̃_v + s_v with learned M_v and s_v, and μ̃_v ∈ R^h put out. */
    LOW_RANK,
    /**
     * μ_v = M_v μ̃_v + s_{k,v}, with a table s for every number k of masked depths that starts at
     * the codes of the shallowest masked depth, and a base scale per k. A drawn z then falls into
     * the cell of the code that its component stands for.
     */
    ANCHORED
  }

  /**
   * Weights of the loss's parts; all 1 is the bound itself.
   *
   * @param kl of KL(q‖π)
   * @param regression of the regression part
   * @param gradient share of the gradient that means, shift and scale send into the backbone
   * @param perToken true to divide the summed loss by the number of masked tokens, false by the
   *     number of positions with a masked token
   */
  public record Weights(double kl, double regression, double gradient, boolean perToken) {
    public Weights {
      require(kl > 0, "kl weight", kl, "more than 0");
      require(regression > 0, "regression weight", regression, "more than 0");
      require(gradient >= 0 && gradient <= 1, "mean gradient", gradient, "in [0, 1]");
    }

    /** The bound itself, per masked token. */
    public static Weights bound() {
      return new Weights(1, 1, 1, true);
    }
  }

  public MixtureSettings {
    Range.check("components", components, 1, 1 << 20);
    Range.check("rank", rank, 0, 65_536);
    require(means != Means.LOW_RANK || rank > 0, "rank of low-rank means", rank, "at least 1");
    require(sharpness > 0, "sharpness", sharpness, "more than 0");
    require(prior >= 0 && Double.isFinite(prior), "prior", prior, "0 or more");
    require(smoothing >= 0 && smoothing < 1, "smoothing", smoothing, "in [0, 1)");
    require(Double.isFinite(minLogScale), "minLogScale", minLogScale, "finite");
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
    }
  }

  /**
   * Checks that anchored means can be shared out among V codes.
   *
   * @throws IllegalArgumentException if the components are not a multiple of them
   */
  public void checkCodes(int codes) {
    if (means == Means.ANCHORED && components % codes != 0) {
      throw new IllegalArgumentException(
          "components %d of anchored means must be a multiple of codes %d"
              .formatted(components, codes));
    }
  }

  /** The paper's loss with full-rank means. */
  public static MixtureSettings full(int components) {
    return new MixtureSettings(components, Means.FULL, 0, 1, 0, 0, -4, Weights.bound());
  }

  /** The paper's loss with low-rank means. */
  public static MixtureSettings lowRank(int components, int rank) {
    return new MixtureSettings(components, Means.LOW_RANK, rank, 1, 0, 0, -4, Weights.bound());
  }

  /** Means anchored at the codes, with sharpened responsibilities. */
  public static MixtureSettings anchored(int components, int rank, double sharpness) {
    return new MixtureSettings(
        components, Means.ANCHORED, rank, sharpness, 0, 0, -4, Weights.bound());
  }

  /** With other weights of the loss's parts. */
  public MixtureSettings weights(Weights other) {
    return new MixtureSettings(
        components, means, rank, sharpness, prior, smoothing, minLogScale, other);
  }

  /** With other weights of KL, regression, and the gradient of the latter into the backbone. */
  public MixtureSettings weights(double kl, double regression, double gradient) {
    return weights(new Weights(kl, regression, gradient, weights.perToken()));
  }

  /** With label smoothing. */
  public MixtureSettings smoothing(double share) {
    return new MixtureSettings(
        components, means, rank, sharpness, prior, share, minLogScale, weights);
  }

  /** With the mixture's own weights in the responsibilities, to this power. */
  public MixtureSettings prior(double power) {
    return new MixtureSettings(
        components, means, rank, sharpness, power, smoothing, minLogScale, weights);
  }

  /** With responsibilities of another sharpness. */
  public MixtureSettings sharpness(double power) {
    return new MixtureSettings(
        components, means, rank, power, prior, smoothing, minLogScale, weights);
  }

  /** With another least value of log a; anchored means bring their own. */
  public MixtureSettings minLogScale(double least) {
    return new MixtureSettings(
        components, means, rank, sharpness, prior, smoothing, least, weights);
  }

  /** d, how many numbers the network puts out for each mean in a space of {@code dimension}. */
  public int meanOutputs(int dimension) {
    return means == Means.FULL ? dimension : rank;
  }
}
