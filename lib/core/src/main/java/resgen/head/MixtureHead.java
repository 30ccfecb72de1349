package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.mask.Reveal;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.nn.Parts;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Precision;
import resgen.torch.Torch;
import resgen.train.Trainable;

/**
 * The mixture-of-Gaussians head: one affine layer from a hidden state to mixture logits, means,
 * shift and log-scale (paper, section 3.2).
 *
 * <p>p(z) = Σ_v π_v N(z; a·μ_v + b, a²I), with a scalar scale a and a shift b ∈ R^H per position.
 * Scale and shift are put out relative to a base scale per number of masked depths, which is 1
 * unless the means are anchored. {@code level} is the number of masked depths at a position less
 * one, 0 … D−1. All arithmetic of the mixture is in float32 or, where a distance is a difference of
 * squares, in float64; the products of the logits are in the model's precision.
 */
public final class MixtureHead implements SumHead {

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
  public record Drawn(NDArray z, NDArray component) {}

  private static final int DRAWS = 4; // of each component, to measure its share of the codes' cells
  private static final double FLOOR = 0.001; // of these shares, uniform

  private final HeadSpec.Mixture settings;
  private final int dimension;
  private final int depth;
  private final int width;
  private final int outputs;
  private final Codebooks codebooks;
  private final Kernel kernel;
  private final List<NDArray> parameters; // all of these, as the kernel takes them
  private final NDArray weight; // [K + K·d + H + 1, W]
  private final NDArray bias; // [K + K·d + H + 1]
  private final NDArray basis; // M: [K, H, h], or empty
  private final NDArray offset; // s: [1 or D, K, H], or empty
  private final NDArray unit; // log of the base scale: [D]
  private final NDArray floor; // least log a: [D]

  /** Declares the head of a model. */
  MixtureHead(Parameters parameters, HeadSpec.Mixture settings, HeadSpec.Context c) {
    this(
        parameters,
        settings,
        c.backbone().width(),
        c.tokens().dimension(),
        c.tokens().depth(),
        c.precision(),
        c.codebooks());
  }

  /** A head by itself, whose positions have one depth: to look at {@link #terms} and draws. */
  public static MixtureHead of(
      Parameters parameters, HeadSpec.Mixture settings, int width, int dimension) {
    return new MixtureHead(parameters, settings, width, dimension, 1, Precision.FP32, null);
  }

  private MixtureHead(
      Parameters parameters,
      HeadSpec.Mixture settings,
      int width,
      int dimension,
      int depth,
      Precision precision,
      Codebooks codebooks) {
    this.settings = settings;
    this.width = width;
    this.dimension = dimension;
    this.depth = depth;
    this.codebooks = codebooks;
    int k = settings.components();
    outputs = settings.meanOutputs(dimension);
    boolean anchored = settings.means() == HeadSpec.Means.ANCHORED;
    boolean full = settings.means() == HeadSpec.Means.FULL;
    long out = k + (long) k * outputs + dimension + 1;
    kernel = Parts.kernel(parameters, "mixture", precision);
    weight = parameters.add("weight", Init.normal(anchored ? 0.002 : 0.02), out, width);
    bias = parameters.add("bias", anchored ? Init.zeros() : normalMeans(k), out);
    basis =
        full || outputs == 0
            ? Parts.empty(parameters, 3)
            : parameters.add("basis", Init.fanIn(outputs), k, dimension, outputs);
    offset =
        full
            ? Parts.empty(parameters, 3)
            : parameters.add("offset", Init.zeros(), anchored ? depth : 1, k, dimension);
    NDArray levels =
        settings.levelBias()
            ? parameters.add("levels", Init.zeros(), depth, out)
            : Parts.empty(parameters, 2);
    unit = parameters.constant("unit", Init.zeros(), depth);
    floor = parameters.constant("floor", Init.constant(settings.minLogScale()), depth);
    this.parameters =
        kernel == null ? List.of() : List.of(weight, bias, basis, offset, unit, floor, levels);
  }

  private Init normalMeans(int k) {
    return (noise, values) -> {
      for (int i = 0; i < k * outputs; i++) {
        values[k + i] = (float) noise.nextGaussian();
      }
    };
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    Objective.Bound bound = how.bound();
    Terms terms =
        terms(
            Target.rows(hidden),
            Target.rows(target.maskedSum()),
            target.mask().level().reshape(-1),
            bound);
    NDArray regression = target.perPosition(terms.regression(), bound.perToken());
    NDArray divergence = target.perPosition(terms.divergence(), bound.perToken());
    NDArray exact = target.perPosition(terms.exact(), bound.perToken());
    NDArray total =
        Torch.scale(regression, bound.regression()).add(Torch.scale(divergence, bound.kl()));
    return Trainable.Loss.of(total, "regression", regression, "kl", divergence, "nll", exact);
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    Terms terms =
        terms(
            Target.rows(hidden),
            Target.rows(target.maskedSum()),
            target.mask().level().reshape(-1),
            Objective.Bound.paper());
    return target.sumOfPositions(terms.exact());
  }

  /**
   * The loss's terms.
   *
   * @param hidden {@code [N, W]}
   * @param z the targets, {@code [N, H]}
   * @param level {@code [N]} int64
   */
  public Terms terms(NDArray hidden, NDArray z, NDArray level, Objective.Bound bound) {
    NDList parts =
        kernel.applyAll(
            hidden,
            z,
            level,
            parameters,
            settings.components(),
            outputs,
            bound.smoothing(),
            bound.sharpness(),
            bound.prior(),
            bound.gradient());
    return new Terms(parts.get(0), parts.get(1), parts.get(2));
  }

  /** The distribution's parameters at every position, means built whole; {@code [N, W]}. */
  public Distribution distribution(NDArray hidden, NDArray level) {
    NDList parts =
        kernel.call(
            "moments", hidden, level, parameters, settings.components(), outputs, dimension);
    return new Distribution(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  /**
   * {@inheritDoc} z is drawn at every position and quantized through its masked depths (Algorithm
   * 2); z is the masked sum, so nothing visible is subtracted.
   */
  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    long b = hidden.getShape().get(0);
    int l = (int) hidden.getShape().get(1);
    Phases.enter("noise");
    NDArray uniform = keys.fork("component").uniforms(l).reshape(-1); // [B·L]
    NDArray gaussian = keys.fork("gaussian").gaussians(l * dimension).reshape(-1, dimension);
    Phases.enter("draw");
    NDArray level = target.mask().level().reshape(-1); // [B·L]
    NDArray z = draw(Target.rows(hidden), level, uniform, gaussian, how.draw()).z(); // [B·L, H]
    Phases.enter("requantize");
    NDArray visible = target.mask().visible().reshape(-1, depth); // [B·L, D]
    Codebooks.Encoded encoded = codebooks.encode(z, visible);
    NDArray terms =
        switch (how.reveal()) {
          case RANDOM -> null;
          case DISTANCE, DENSITY ->
              codebooks.confidence(encoded, how.reveal() == Reveal.DENSITY).reshape(b, l, depth);
          case POSTERIOR -> codebooks.posterior(z, visible).reshape(b, l, depth);
        };
    return new Proposal(encoded.codes().reshape(b, l, depth), terms, z);
  }

  @Override
  public Step step(NDArray x, NDArray level, int first, int end, Draw draw, Keys keys) {
    NDArray uniform = keys.fork("component").uniforms(1).reshape(-1);
    NDArray gaussian = keys.fork("gaussian").gaussians(dimension);
    NDArray z = draw(x, level, uniform, gaussian, draw).z(); // [N, H]
    Codebooks.Part part = codebooks.encode(z, first, end);
    return new Step(part.codes(), part.sum(), z);
  }

  /**
   * Draws z: a component by its weight among the top-p set (which keeps the component that crosses
   * the threshold), then z = a·μ_v + b + a·s·ε. Only the picked components' means are computed.
   *
   * @param hidden {@code [N, W]}
   * @param level {@code [N]} int64
   * @param uniform one number in [0, 1) per position, {@code [N]}
   * @param noise ε, {@code [N, H]}
   */
  public Drawn draw(NDArray hidden, NDArray level, NDArray uniform, NDArray noise, Draw draw) {
    NDList parts =
        kernel.call(
            "draw",
            hidden,
            level,
            uniform,
            noise,
            parameters,
            settings.components(),
            outputs,
            draw.topP(),
            draw.noiseScale());
    return new Drawn(parts.get(0), parts.get(1));
  }

  /**
   * {@inheritDoc} Σ_v π_v P(z drawn from component v falls into the code's cell), the shares of the
   * cells measured with {@value #DRAWS} draws per component and mixed with 0.1 % of the uniform
   * distribution.
   */
  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    NDManager manager = hidden.getManager();
    int n = (int) hidden.getShape().get(0);
    int k = settings.components();
    int[] level = new int[n];
    Arrays.fill(level, depth - 1);
    Distribution p = distribution(hidden, Torch.longs(manager, level, n));
    NDArray weights = p.logWeights().exp(); // [N, K]
    NDArray scale = p.logScale().exp().reshape(n, 1, 1);
    NDArray shift = p.shift().expandDims(1); // [N, 1, H]
    List<NDArray> codes = new ArrayList<>();
    for (int draw = 0; draw < DRAWS; draw++) {
      NDArray eps =
          Keys.of(Noise.of(1), Torch.longs(manager, seed), Torch.longs(manager, (long) draw))
              .gaussians(n * k * dimension)
              .reshape(n, k, dimension);
      NDArray z = p.means().add(Torch.scale(eps, noiseScale)).mul(scale).add(shift); // [N, K, H]
      codes.add(codebooks.nearest(z.reshape((long) n * k, dimension), 0).reshape(n, k));
    }
    return kernel
        .call("cells", weights, codes, codebooks.codes(), FLOOR)
        .head(); // [N, V], log-probabilities
  }

  @Override
  public int confidenceTerms() {
    return dimension;
  }

  /** {@inheritDoc} Mixture weights, shift and scale, the picked mean, distances to the codes. */
  @Override
  public double flops(int positions, int depths) {
    return positions * (drawFlops() + 2.0 * depths * codebooks.codes() * dimension);
  }

  /** {@inheritDoc} Logits, the picked mean, shift and scale. */
  @Override
  public double drawFlops() {
    double rows = settings.components() + outputs + dimension + 1.0;
    boolean full = settings.means() == HeadSpec.Means.FULL;
    return 2 * rows * width + 2.0 * (full ? 0 : (long) dimension * outputs);
  }

  /**
   * Starts anchored means from the data: the table of k masked depths at the codes of the
   * shallowest of them, in units of a base scale, which is the deviation of what the deeper depths
   * add. Other means stay as they are.
   */
  @Override
  public void start(TokenStatistics statistics) {
    if (settings.means() != HeadSpec.Means.ANCHORED) {
      return;
    }
    double[] deviation = statistics.deviation();
    float[][] anchor = statistics.anchors();
    int k = settings.components();
    int codes = anchor[0].length / dimension;
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
  public HeadSpec.Mixture settings() {
    return settings;
  }

  /** The output layer's bias, {@code [K + K·d + H + 1]}. */
  NDArray bias() {
    return bias;
  }

  /** s, {@code [1 or D, K, H]}, or empty. */
  NDArray offset() {
    return offset;
  }
}
