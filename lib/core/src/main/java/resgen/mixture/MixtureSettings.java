package resgen.mixture;

/**
 * Settings of the mixture-of-Gaussians head (method: target and loss).
 *
 * @param components K, how many Gaussians
 * @param rank h, the rank of the means; 0 for full-rank means
 * @param smoothing share of the uniform distribution mixed into the responsibilities q, in [0, 1)
 * @param minLogScale the least value of log a
 * @param klWeight weight of KL(q‖π) beside the regression part; 1 is the bound itself
 * @param regressionWeight weight of the regression part; 1 is the bound itself
 * @param meanGradient share of the gradient that the means, shift and scale send into the backbone;
 *     1 is the bound itself, 0 leaves the backbone to the mixture weights
 * @param perToken true to divide the summed loss by the number of masked tokens, false by the
 *     number of positions with a masked token
 */
public record MixtureSettings(
    int components,
    int rank,
    double smoothing,
    double minLogScale,
    double klWeight,
    double regressionWeight,
    double meanGradient,
    boolean perToken) {

  public MixtureSettings {
    require(components >= 1, "components", components, "at least 1");
    require(rank >= 0, "rank", rank, "0 (full) or more");
    require(smoothing >= 0 && smoothing < 1, "smoothing", smoothing, "in [0, 1)");
    require(Double.isFinite(minLogScale), "minLogScale", minLogScale, "finite");
    require(klWeight > 0, "klWeight", klWeight, "more than 0");
    require(regressionWeight > 0, "regressionWeight", regressionWeight, "more than 0");
    require(meanGradient >= 0 && meanGradient <= 1, "meanGradient", meanGradient, "in [0, 1]");
  }

  private static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
    }
  }

  /** The paper's loss with full-rank means. */
  public static MixtureSettings full(int components) {
    return new MixtureSettings(components, 0, 0, -4, 1, 1, 1, true);
  }

  /** The paper's loss with low-rank means. */
  public static MixtureSettings lowRank(int components, int rank) {
    return new MixtureSettings(components, rank, 0, -4, 1, 1, 1, true);
  }

  /** These settings with other weights of the two parts. */
  public MixtureSettings weights(double kl, double regression, double gradient) {
    return new MixtureSettings(
        components, rank, smoothing, minLogScale, kl, regression, gradient, perToken);
  }

  /** These settings with label smoothing. */
  public MixtureSettings smoothing(double share) {
    return new MixtureSettings(
        components, rank, share, minLogScale, klWeight, regressionWeight, meanGradient, perToken);
  }
}
