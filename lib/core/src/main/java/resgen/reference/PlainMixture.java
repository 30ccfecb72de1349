package resgen.reference;

import ai.djl.ndarray.NDArray;

/**
 * The mixture-of-Gaussians loss by plain array operations (paper, section on the mixture of
 * Gaussians): p(z) = Σ_v π_v N(z; a·μ_v + b, a²I).
 */
public final class PlainMixture {

  /**
   * The loss's terms.
   *
   * @param regression H·log a − Σ_v q_v·log N(z̃; μ_v, I), {@code [N]}
   * @param divergence KL(q ‖ π), {@code [N]}
   * @param exact −log p(z), {@code [N]}
   */
  public record Terms(NDArray regression, NDArray divergence, NDArray exact) {}

  private PlainMixture() {}

  /**
   * z̃ = (z − b)/a.
   *
   * @param z {@code [N, H]}
   * @param shift b, {@code [N, H]}
   * @param logScale log a, {@code [N, 1]}
   * @return {@code [N, H]}
   */
  public static NDArray standardize(NDArray z, NDArray shift, NDArray logScale) {
    return z.sub(shift).mul(logScale.neg().exp());
  }

  /**
   * ‖z̃ − μ_v‖² entry by entry.
   *
   * @param zt z̃, {@code [N, H]}
   * @param means μ of every row, {@code [N, K, H]}, or of all, {@code [1, K, H]}
   * @return {@code [N, K]}
   */
  public static NDArray distances(NDArray zt, NDArray means) {
    return zt.expandDims(1).sub(means).square().sum(new int[] {2});
  }

  /**
   * ‖z̃‖² − 2·z̃ᵀμ_v + ‖μ_v‖², as one matrix product: for many rows with the same means.
   *
   * @param zt z̃, {@code [N, H]}
   * @param means μ, {@code [K, H]}
   * @return {@code [N, K]}
   */
  public static NDArray sharedDistances(NDArray zt, NDArray means) {
    NDArray along = zt.matMul(means.transpose()); // [N, K]
    NDArray lengths = zt.square().sum(new int[] {1}, true); // [N, 1]
    return means.square().sum(new int[] {1}).sub(along.mul(2)).add(lengths);
  }

  /**
   * The bound's terms, with q ∝ N(z̃; μ_v, I)^β, through which no gradient flows.
   *
   * @param distances ‖z̃ − μ_v‖², {@code [N, K]}
   * @param logPi log π, {@code [N, K]}
   * @param logScale log a, {@code [N, 1]}
   * @param dimension H
   * @param sharpness β, 1 in the paper
   */
  public static Terms bound(
      NDArray distances, NDArray logPi, NDArray logScale, int dimension, double sharpness) {
    int[] components = {1};
    double constant = 0.5 * dimension * Math.log(2 * Math.PI);
    NDArray logNormal = distances.mul(-0.5f).sub(constant); // log N(z̃; μ_v, I): [N, K]
    NDArray logQ = distances.stopGradient().mul(-0.5 * sharpness).logSoftmax(1); // [N, K]
    NDArray q = logQ.exp();
    NDArray scale = logScale.squeeze(1).mul(dimension); // H·log a: [N]
    NDArray joint = logNormal.add(logPi);
    NDArray most = joint.max(components, true);
    NDArray logP = joint.sub(most).exp().sum(components).log().add(most.squeeze(1)); // [N]
    return new Terms(
        scale.sub(q.mul(logNormal).sum(components)),
        q.mul(logQ.sub(logPi)).sum(components),
        scale.sub(logP));
  }
}
