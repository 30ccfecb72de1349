package resgen.vision.tokenizer;

/**
 * What a tokenizer's training minimises: mean squared error + commitment + feature distance +
 * adversarial term.
 *
 * @param commitment weight of the mean squared distance of the latent to its partial sums, averaged
 *     over the depths
 * @param feature weight of the distance in a feature extractor's space; 0 for none
 * @param adversarial weight of the hinge term of a patch discriminator, itself scaled by the ratio
 *     of gradients at the decoder's last layer; 0 for none
 * @param adversarialFrom share of the steps before the discriminator joins, in [0, 1]
 * @param quantizeFrom share of the steps in which the autoencoder trains without quantizing, in [0,
 *     1)
 */
public record TokenizerLoss(
    double commitment,
    double feature,
    double adversarial,
    double adversarialFrom,
    double quantizeFrom) {

  public TokenizerLoss {
    require(commitment >= 0, "commitment", commitment, "≥ 0");
    require(feature >= 0, "feature", feature, "≥ 0");
    require(adversarial >= 0, "adversarial", adversarial, "≥ 0");
    require(
        adversarialFrom >= 0 && adversarialFrom <= 1,
        "adversarialFrom",
        adversarialFrom,
        "in [0, 1]");
    require(quantizeFrom >= 0 && quantizeFrom < 1, "quantizeFrom", quantizeFrom, "in [0, 1)");
  }

  private static void require(boolean holds, String name, double value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
    }
  }

  /** Squared error and commitment 0.25. */
  public static TokenizerLoss plain(double quantizeFrom) {
    return new TokenizerLoss(0.25, 0, 0, 0.5, quantizeFrom);
  }

  /** The paper's weights (as in RQ-VAE): commitment 0.25, features 1, adversarial 0.75. */
  public static TokenizerLoss paper() {
    return new TokenizerLoss(0.25, 1, 0.75, 0.5, 0);
  }
}
