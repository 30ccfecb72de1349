package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * The mixture-of-Gaussians head: one affine layer from a hidden state to mixture logits, means,
 * shift and log-scale, and what is done with them.
 *
 * <p>p(z) = Σ_v π_v N(z; a·μ_v + b, a²I), with a scalar scale a and a shift b ∈ R^H per position
 * (paper, section on the mixture of Gaussians). The scale and the shift are put out relative to a
 * base scale per number of masked depths, which is 1 unless the means are anchored.
 *
 * <p>{@code level} is the number of masked depths at a position less one, 0 … D−1.
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
  private final int width;
  private final int outputs;
  private final Kernel kernel;
  private final NDArray weight; // [K + K·d + H + 1, W]
  private final NDArray bias; // [K + K·d + H + 1]
  private final NDArray basis; // M: [K, H, h], or empty
  private final NDArray offset; // s: [1 or D, K, H], or empty
  private final NDArray unit; // log of the base scale: [D]
  private final NDArray floor; // least log a: [D]

  /**
   * Declares the head's parameters.
   *
   * @param width W, the hidden state's width
   * @param dimension H, the target's dimension
   * @param depth D
   */
  public MixtureHead(
      Parameters parameters,
      MixtureSettings settings,
      int width,
      int dimension,
      int depth,
      Precision precision) {
    this.settings = settings;
    this.dimension = dimension;
    this.width = width;
    int k = settings.components();
    outputs = settings.meanOutputs(dimension);
    boolean anchored = settings.means() == MixtureSettings.Means.ANCHORED;
    boolean full = settings.means() == MixtureSettings.Means.FULL;
    long out = k + (long) k * outputs + dimension + 1;
    kernel = parameters.manager() == null ? null : Kernel.of("mixture", precision);
    weight = parameters.add("weight", Init.normal(anchored ? 0.002 : 0.02), out, width);
    bias = parameters.add("bias", anchored ? Init.zeros() : normalMeans(k), out);
    basis =
        full || outputs == 0
            ? empty(parameters, 3)
            : parameters.add("basis", Init.fanIn(outputs), k, dimension, outputs);
    offset =
        full
            ? empty(parameters, 3)
            : parameters.add("offset", Init.zeros(), anchored ? depth : 1, k, dimension);
    unit = parameters.constant("unit", Init.zeros(), depth);
    floor = parameters.constant("floor", Init.constant(settings.minLogScale()), depth);
  }

  private Init normalMeans(int k) {
    return (noise, values) -> {
      for (int i = 0; i < k * outputs; i++) {
        values[k + i] = (float) noise.nextGaussian();
      }
    };
  }

  private static NDArray empty(Parameters parameters, int axes) {
    return parameters.manager() == null
        ? null
        : parameters.manager().zeros(new Shape(new long[axes]));
  }

  /**
   * The loss's terms. With anchored means it is quickest if rows of the same level are side by
   * side.
   *
   * @param hidden {@code [N, W]}
   * @param z the targets, {@code [N, H]}
   * @param level {@code [N]} int64
   */
  public Terms terms(NDArray hidden, NDArray z, NDArray level) {
    NDList parts =
        kernel.applyAll(
            hidden,
            z,
            level,
            weight,
            bias,
            basis,
            offset,
            unit,
            floor,
            settings.components(),
            outputs,
            settings.smoothing(),
            settings.sharpness(),
            settings.prior(),
            settings.weights().gradient());
    return new Terms(parts.get(0), parts.get(1), parts.get(2));
  }

  /** The distribution's parameters at every position, means built whole; {@code [N, W]}. */
  public Distribution distribution(NDArray hidden, NDArray level) {
    NDList parts =
        kernel.call(
            "moments",
            hidden,
            level,
            weight,
            bias,
            basis,
            offset,
            unit,
            floor,
            settings.components(),
            outputs,
            dimension);
    return new Distribution(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  /**
   * Draws z: a component by its weight among the top-p set (which keeps the component that crosses
   * the threshold), then z = a·μ_v + b + a·s·ε. Only the picked components' means are computed.
   *
   * @param hidden {@code [N, W]}
   * @param level {@code [N]} int64
   * @param uniform one number in [0, 1) per position, {@code [N]}
   * @param noise ε, {@code [N, H]}
   * @param topP the kept probability, in (0, 1]; 1 keeps all
   * @param spread s, the noise scale
   */
  public Draw draw(
      NDArray hidden, NDArray level, NDArray uniform, NDArray noise, double topP, double spread) {
    NDList parts =
        kernel.infer(
            "draw",
            hidden,
            level,
            uniform,
            noise,
            weight,
            bias,
            basis,
            offset,
            unit,
            floor,
            settings.components(),
            outputs,
            topP,
            spread);
    return new Draw(parts.get(0), parts.get(1));
  }

  /** Floating-point operations of one draw: logits, the picked mean, shift and scale. */
  public double drawFlops() {
    double rows = settings.components() + outputs + dimension + 1.0;
    return 2 * rows * width + 2.0 * basisSize();
  }

  private long basisSize() {
    boolean full = settings.means() == MixtureSettings.Means.FULL;
    return full ? 0 : (long) dimension * outputs;
  }

  /** A head whose positions all have the same level: for use outside a masked model. */
  public MixtureHead(
      Parameters parameters,
      MixtureSettings settings,
      int width,
      int dimension,
      Precision precision) {
    this(parameters, settings, width, dimension, 1, precision);
  }

  /** {@link #terms(NDArray, NDArray, NDArray)} at level 0. */
  public Terms terms(NDArray hidden, NDArray z) {
    return terms(hidden, z, level0(hidden));
  }

  /** {@link #distribution(NDArray, NDArray)} at level 0. */
  public Distribution distribution(NDArray hidden) {
    return distribution(hidden, level0(hidden));
  }

  /** {@link #draw(NDArray, NDArray, NDArray, NDArray, double, double)} at level 0. */
  public Draw draw(NDArray hidden, NDArray uniform, NDArray noise, double topP, double spread) {
    return draw(hidden, level0(hidden), uniform, noise, topP, spread);
  }

  private static NDArray level0(NDArray hidden) {
    return hidden
        .getManager()
        .zeros(new Shape(hidden.getShape().get(0)), ai.djl.ndarray.types.DataType.INT64);
  }

  /**
   * Starts anchored means from the data: the table of k masked depths at the codes of the
   * shallowest of them, in units of a base scale, which is the deviation of what the deeper depths
   * add.
   *
   * @param anchor codes of the shallowest masked depth by k, {@code [D][V·H]}; K is a multiple of V
   * @param deviation of one coordinate of the target by k, {@code [D]}
   */
  public void anchor(float[][] anchor, double[] deviation) {
    int k = settings.components();
    int codes = anchor[0].length / dimension;
    if (settings.means() != MixtureSettings.Means.ANCHORED || k % codes != 0) {
      throw new IllegalArgumentException(
          "anchoring needs anchored means and components %d that are a multiple of the %d codes"
              .formatted(k, codes));
    }
    int depth = anchor.length;
    float[] table = new float[depth * k * dimension];
    float[] units = new float[depth];
    float[] floors = new float[depth];
    // A codebook that has collapsed to one code leaves no deviation.
    double least = Math.max(1e-3 * deviation[depth - 1], 1e-6);
    for (int level = 0; level < depth; level++) {
      double inner = level == 0 ? 0 : deviation[level - 1];
      double outer = Math.max(deviation[level], least);
      double base = Math.max(inner, 0.2 * outer);
      units[level] = (float) Math.log(base);
      floors[level] = (float) Math.min(Math.log(base) - 1, Math.log(outer) - 1.6);
      for (int i = 0; i < k * dimension; i++) {
        int code = i / dimension % codes;
        table[level * k * dimension + i] =
            (float) (anchor[level][code * dimension + i % dimension] / base);
      }
    }
    Torch.copy(table, offset);
    Torch.copy(units, unit);
    Torch.copy(floors, floor);
  }

  /** This head's settings. */
  public MixtureSettings settings() {
    return settings;
  }

  /** The output layer's bias, {@code [K + K·d + H + 1]}. */
  NDArray bias() {
    return bias;
  }

  /** M, {@code [K, H, h]}, or empty. */
  NDArray basis() {
    return basis;
  }

  /** s, {@code [1 or D, K, H]}, or empty. */
  NDArray offset() {
    return offset;
  }

  /** H, the target's dimension. */
  public int dimension() {
    return dimension;
  }
}
