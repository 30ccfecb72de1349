package resgen.mixture;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.Precision;

/**
 * The mixture-of-Gaussians head: one affine layer from a hidden state to mixture logits, means,
 * shift and log-scale, and what is done with them.
 *
 * <p>p(z) = Σ_v π_v N(z; a·μ_v + b, a²I), with a scalar scale a and a shift b ∈ R^H per position
 * (paper, method section on the mixture). Means are full-rank outputs, or low-rank: μ_v = M_v μ̃_v
 * + s_v with learned M_v ∈ R^{H×h} and s_v ∈ R^H.
 */
public final class MixtureHead {

  /**
   * The distribution at N positions.
   *
   * @param logWeights log π, {@code [N, K]}
   * @param means μ, {@code [N, K, H]}
   * @param shift b, {@code [N, H]}
   * @param logScale log a, {@code [N]}
   */
  public record Distribution(NDArray logWeights, NDArray means, NDArray shift, NDArray logScale) {}

  /**
   * The terms of the loss at N positions.
   *
   * @param regression H·log a − Σ_v q_v log N(z̃; μ_v, I), {@code [N]}
   * @param divergence KL(q ‖ π), {@code [N]}
   * @param exact the exact negative log-likelihood, without gradient, {@code [N]}
   */
  public record Terms(NDArray regression, NDArray divergence, NDArray exact) {}

  /**
   * Drawn values.
   *
   * @param z {@code [N, H]}
   * @param component the component that each came from, {@code [N]} int64
   */
  public record Draw(NDArray z, NDArray component) {}

  private final MixtureSettings settings;
  private final int dimension;
  private final Kernel kernel;
  private final NDArray weight; // [K + K·d + H + 1, W]
  private final NDArray bias; // [K + K·d + H + 1]
  private final NDArray basis; // M: [K, H, h], or [0, 0, 0]
  private final NDArray offset; // s: [K, H], or [0, 0]

  /**
   * Declares the head's parameters.
   *
   * @param width W, the hidden state's width
   * @param dimension H, the target's dimension
   */
  public MixtureHead(
      Parameters parameters,
      MixtureSettings settings,
      int width,
      int dimension,
      Precision precision) {
    this.settings = settings;
    this.dimension = dimension;
    int k = settings.components();
    int d = settings.rank() > 0 ? settings.rank() : dimension;
    long out = k + (long) k * d + dimension + 1;
    kernel = parameters.manager() == null ? null : Kernel.of("mixture", precision);
    weight = parameters.add("weight", Init.normal(0.02), out, width);
    bias = parameters.add("bias", meansNormal(k, (long) k * d), out);
    if (settings.rank() > 0) {
      basis =
          parameters.add("basis", Init.normal(Math.sqrt(1.0 / settings.rank())), k, dimension, d);
      offset = parameters.add("offset", Init.zeros(), k, dimension);
    } else {
      basis = empty(parameters, 3);
      offset = empty(parameters, 2);
    }
  }

  private static Init meansNormal(int from, long count) {
    return (noise, values) -> {
      for (int i = 0; i < count; i++) {
        values[from + i] = (float) noise.nextGaussian();
      }
    };
  }

  private static NDArray empty(Parameters parameters, int axes) {
    return parameters.manager() == null
        ? null
        : parameters.manager().zeros(new ai.djl.ndarray.types.Shape(new long[axes]));
  }

  /**
   * The loss's terms.
   *
   * @param hidden {@code [N, W]}
   * @param z the targets, {@code [N, H]}
   */
  public Terms terms(NDArray hidden, NDArray z) {
    NDList parts =
        kernel.applyAll(
            hidden,
            z,
            weight,
            bias,
            basis,
            offset,
            settings.components(),
            settings.rank(),
            settings.smoothing(),
            settings.minLogScale(),
            settings.meanGradient());
    return new Terms(parts.get(0), parts.get(1), parts.get(2));
  }

  /** The distribution's parameters at every position, means built in full; {@code [N, W]}. */
  public Distribution distribution(NDArray hidden) {
    NDList parts =
        kernel.call(
            "moments",
            hidden,
            weight,
            bias,
            basis,
            offset,
            settings.components(),
            settings.rank(),
            dimension,
            settings.minLogScale());
    return new Distribution(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  /**
   * Draws z: a component by its weight among the top-p set (which keeps the component that crosses
   * the threshold), then z = a·μ_v + b + a·s·ε. Only the picked components' means are computed.
   *
   * @param hidden {@code [N, W]}
   * @param uniform one number in [0, 1) per position, {@code [N]}
   * @param noise ε, {@code [N, H]}
   * @param topP the kept probability, in (0, 1]; 1 keeps all
   * @param spread s, the noise scale
   */
  public Draw draw(NDArray hidden, NDArray uniform, NDArray noise, double topP, double spread) {
    NDList parts =
        kernel.infer(
            "draw",
            hidden,
            uniform,
            noise,
            weight,
            bias,
            basis,
            offset,
            settings.components(),
            settings.rank(),
            settings.minLogScale(),
            topP,
            spread);
    return new Draw(parts.get(0), parts.get(1));
  }

  /** This head's settings. */
  public MixtureSettings settings() {
    return settings;
  }

  /** H, the target's dimension. */
  public int dimension() {
    return dimension;
  }

  /** The output layer's bias, {@code [K + K·d + H + 1]}. */
  public NDArray bias() {
    return bias;
  }

  /** s of low-rank means, {@code [K, H]}. */
  public NDArray offset() {
    return offset;
  }
}
