package resgen.model;

import ai.djl.ndarray.NDArray;
import resgen.head.MixtureHead;
import resgen.head.MixtureSettings;
import resgen.torch.Torch;
import resgen.train.Trainable;

/** The loss of the models with a mixture head. */
final class MixtureObjective {

  private MixtureObjective() {}

  /**
   * The weighted sum of the bound's parts.
   *
   * @param terms at N positions
   * @param share factor of the sums over positions
   */
  static Trainable.Loss loss(
      MixtureHead.Terms terms, MixtureSettings.Weights weights, float share) {
    NDArray regression = Torch.scale(terms.regression().sum(), share);
    NDArray divergence = Torch.scale(terms.divergence().sum(), share);
    NDArray total =
        Torch.scale(regression, weights.regression()).add(Torch.scale(divergence, weights.kl()));
    NDArray exact = Torch.scale(terms.exact().sum(), share);
    return Trainable.Loss.of(total, "regression", regression, "kl", divergence, "nll", exact);
  }
}
