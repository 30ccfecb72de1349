package resgen.head;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.index.NDIndex;
import java.util.List;
import resgen.mask.Reveal;
import resgen.nn.Init;
import resgen.nn.Parameters;
import resgen.nn.Parts;
import resgen.noise.Keys;
import resgen.quantize.Codebooks;
import resgen.quantize.TokenStatistics;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;
import resgen.train.Trainable;

/**
 * A Gaussian mixture whose components are the codes v of the C shallowest masked depths, from j on:
 *
 * <p>p(z) = Σ_v π(v) Σ_m ω_m(v) N(z; Σ_i e(v_i; j + i − 1) + μ_m(v), diag σ_m(v)²), with π(v) = Π_i
 * π(v_i | v_1 … v_{i−1}).
 *
 * <p>With C = 1 a component is a code of the shallowest masked depth. The mixture weights have
 * output rows of their own for every depth, so that a row always stands for one code. Given the
 * codes, the remainder z − Σ e(v_i), which is the sum of the embeddings of the depths below, has M
 * Gaussian parts whose weights, means and scales are put out by one hidden layer that reads the
 * hidden state and the codes; the same layer moves the logits of the next code of a component.
 * Scales are relative to the deviation of the remainder at that depth, which is measured on the
 * tokens. Where no more than C depths are masked nothing remains, and the density is that of the
 * codes alone.
 *
 * <p>The responsibilities are those of the codes themselves, so the loss is −log p(v, z), an upper
 * bound of −log p(z). This is the paper's method (the sum of the masked embeddings as a mixture of
 * Gaussians, section 3.2) with other components than the paper's free ones; see {@link MixtureHead}
 * for those. {@code level} is D − 1 − j, 0 … D − 1.
 */
public final class CodeMixtureHead implements SumHead {

  /**
   * The terms of the loss at N positions.
   *
   * @param cross −log π(v_1) of the position's own code, {@code [N]}
   * @param further −Σ log π(v_i | v_1 … v_{i−1}), i = 2 … C, {@code [N]}; 0 with C = 1
   * @param remainder −log Σ_m ω_m(v) N(z; Σ e(v_i) + μ_m(v), diag σ_m(v)²), {@code [N]}; 0 where
   *     nothing remains
   * @param deeper −Σ log p of the codes of the masked depths below the component's, each by its own
   *     rows, {@code [N]}; 0 without the auxiliary loss
   */
  public record Terms(NDArray cross, NDArray further, NDArray remainder, NDArray deeper) {}

  /**
   * Drawn values.
   *
   * @param codes v, {@code [N, C]} int64; where fewer depths are masked, the last ones are nothing
   * @param remainder {@code [N, H]}
   * @param logWeights log π(v_i | v_1 … v_{i−1}), {@code [N, C]}
   */
  public record Drawn(NDArray codes, NDArray remainder, NDArray logWeights) {}

  private final HeadSpec.CodeMixture settings;
  private final int width;
  private final int dimension;
  private final int depth;
  private final int codes;
  private final Codebooks codebooks; // null in a plan
  private final Kernel kernel;
  private final NDArray size; // deviation of the masked sum: [D], by level
  private final NDArray unit; // deviation of the remainder: [D], by level
  private final List<NDArray> parameters; // all of these, as the kernel takes them

  /** Declares the head of a model. */
  CodeMixtureHead(Parameters parameters, HeadSpec.CodeMixture settings, HeadSpec.Context c) {
    this.settings = settings;
    width = c.backbone().width();
    dimension = c.tokens().dimension();
    depth = c.tokens().depth();
    codes = c.tokens().codes();
    codebooks = c.codebooks();
    kernel = Parts.kernel(parameters, "code_mixture", c.precision());
    int tables = settings.weights() == HeadSpec.Weights.PER_DEPTH ? depth : 1;
    int f = settings.hidden();
    int out = settings.outputs(dimension);
    NDArray weight = parameters.add("weight", Init.normal(0.02), tables, codes, width);
    NDArray bias = parameters.add("bias", Init.zeros(), tables, codes);
    Parameters rest = parameters.scope("remainder");
    NDArray enter = f == 0 ? Parts.empty(rest, 2) : rest.add("enter", Init.fanIn(width), f, width);
    NDArray code =
        f == 0
            ? Parts.empty(rest, 3)
            : rest.add("code", Init.fanIn(dimension), depth, dimension, f);
    NDArray step = f == 0 ? Parts.empty(rest, 2) : rest.add("step", Init.zeros(), depth, f);
    NDArray leave = rest.add("leave", Init.normal(0.002), out, f == 0 ? width : f);
    NDArray start = rest.add("start", apart(out), depth, out);
    size = parameters.constant("size", Init.constant(1), depth);
    unit = parameters.constant("unit", Init.constant(1), depth);
    NDArray lift =
        settings.further() == 0
            ? Parts.empty(parameters, 2)
            : parameters.add("lift", Init.zeros(), dimension, f);
    this.parameters =
        kernel == null
            ? List.of()
            : List.of(weight, bias, enter, code, step, leave, start, size, unit, lift);
  }

  /** The parts of a mixture start at different means, one part alone at the remainder's mean. */
  private Init apart(int out) {
    int parts = settings.parts();
    return (noise, values) -> {
      for (int i = 0; i < values.length; i++) {
        int at = i % out;
        boolean mean = at >= parts && at < parts * (1 + dimension);
        values[i] = mean && parts > 1 ? (float) (0.5 * noise.nextGaussian()) : 0;
      }
    };
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    Objective.Bound bound = how.bound();
    Terms terms = terms(hidden, target, bound.gradient(), bound.auxiliary());
    NDArray cross = target.perPosition(terms.cross(), bound.perToken());
    NDArray remainder = target.perPosition(terms.remainder(), bound.perToken());
    NDArray total = Torch.scale(remainder, bound.regression()).add(Torch.scale(cross, bound.kl()));
    if (bound.auxiliary() == 0) {
      return Trainable.Loss.of(total, "regression", remainder, "kl", cross);
    }
    NDArray deeper = target.perPosition(terms.further().add(terms.deeper()), bound.perToken());
    return Trainable.Loss.of(
        total.add(Torch.scale(deeper, bound.auxiliary())),
        "regression",
        remainder,
        "kl",
        cross,
        "auxiliary",
        deeper);
  }

  /** {@inheritDoc} Here −log p(v, z) with the code, an upper bound of it. */
  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    Terms terms = terms(hidden, target, 1, 0);
    return target.sumOfPositions(terms.cross().add(terms.further()).add(terms.remainder()));
  }

  private Terms terms(NDArray hidden, Target target, double gradient, double auxiliary) {
    return terms(
        Target.rows(hidden),
        target.codes().reshape(-1, depth),
        target.mask().predicted().reshape(-1, depth),
        target.mask().level().reshape(-1),
        Target.rows(target.maskedSum()),
        gradient,
        auxiliary);
  }

  /**
   * The loss's terms.
   *
   * @param hidden {@code [N, W]}
   * @param codes {@code [N, D]} int64
   * @param masked bool {@code [N, D]}
   * @param level {@code [N]} int64
   * @param z Σ of the masked embeddings, {@code [N, H]}
   * @param gradient share of the gradient that the remainder sends into the hidden state
   * @param auxiliary whether the depths below are asked for, if it is more than 0
   */
  public Terms terms(
      NDArray hidden,
      NDArray codes,
      NDArray masked,
      NDArray level,
      NDArray z,
      double gradient,
      double auxiliary) {
    NDList parts =
        kernel.applyAll(
            hidden,
            codes,
            masked,
            level,
            z,
            parameters,
            codebooks.array(),
            settings.parts(),
            settings.further(),
            gradient,
            auxiliary);
    return new Terms(parts.get(0), parts.get(1), parts.get(2), parts.get(3));
  }

  /**
   * Draws codes one after the other, each by its weight among the top-p set (which keeps the code
   * that crosses the threshold), a part, and the remainder μ_m(v) + σ_m(v)·s·ε.
   *
   * @param hidden {@code [N, W]}
   * @param level {@code [N]} int64
   * @param uniform numbers in [0, 1) per position for as many codes as are to be drawn, {@code [N,
   *     C]}
   * @param part one for the part, {@code [N]}
   * @param noise ε, {@code [N, H]}
   */
  public Drawn draw(
      NDArray hidden, NDArray level, NDArray uniform, NDArray part, NDArray noise, Draw draw) {
    NDList parts =
        kernel.call(
            "draw",
            hidden,
            level,
            uniform,
            part,
            noise,
            parameters,
            codebooks.array(),
            settings.parts(),
            draw.topP(),
            draw.temperature(),
            draw.noiseScale());
    return new Drawn(parts.get(0), parts.get(1), parts.get(2));
  }

  private Drawn draw(NDArray x, NDArray level, Draw draw, Keys keys, int positions) {
    Phases.enter("noise");
    NDArray uniform = uniforms(keys, positions);
    NDArray part = keys.fork("part").uniforms(positions).reshape(-1);
    NDArray gaussian =
        keys.fork("gaussian").gaussians(positions * dimension).reshape(-1, dimension);
    Phases.enter("draw");
    return draw(x, level, uniform, part, gaussian, draw);
  }

  /** Numbers for the codes of a component, of a stream each: {@code [N, C]}. */
  private NDArray uniforms(Keys keys, int positions) {
    NDArray first = keys.fork("component").uniforms(positions).reshape(-1, 1);
    for (int i = 1; i <= settings.further(); i++) {
      first = first.concat(keys.fork("component " + i).uniforms(positions).reshape(-1, 1), 1);
    }
    return first;
  }

  /**
   * {@inheritDoc} The drawn component is the codes of the shallowest masked depths; the remainder
   * is quantized through the masked depths below (Algorithm 2, whose z is their sum).
   */
  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    long b = hidden.getShape().get(0);
    int l = (int) hidden.getShape().get(1);
    NDArray level = target.mask().level().reshape(-1); // [B·L]
    Drawn drawn = draw(Target.rows(hidden), level, how.draw(), keys, l);
    Phases.enter("requantize");
    NDArray visible = target.mask().visible().reshape(-1, depth); // [B·L, D]
    NDArray below = kernel.call("below", visible, level, 1 + settings.further()).head(); // [B·L, D]
    NDArray r = drawn.remainder(); // [B·L, H]
    Codebooks.Encoded encoded = codebooks.encode(r, below);
    NDArray all = kernel.call("put", encoded.codes(), level, drawn.codes()).head(); // [B·L, D]
    NDArray terms =
        switch (how.reveal()) {
          case RANDOM -> null;
          case DISTANCE, DENSITY ->
              codebooks.confidence(encoded, how.reveal() == Reveal.DENSITY).reshape(b, l, depth);
          case POSTERIOR ->
              kernel
                  .call("put", codebooks.posterior(r, below), level, drawn.logWeights())
                  .head()
                  .reshape(b, l, depth);
        };
    return new Proposal(all.reshape(b, l, depth), terms, r);
  }

  @Override
  public Step step(NDArray x, NDArray level, int first, int end, Draw draw, Keys keys) {
    Drawn drawn = draw(x, level, draw, keys, 1);
    int drawnEnd = Math.min(end, first + 1 + settings.further());
    NDArray codes = drawn.codes().get(new NDIndex(":, :{}", drawnEnd - first)); // [N, n]
    NDArray sum = codebooks.array().get(first).get(codes.get(":, 0")); // [N, H], Σ e(v_i)
    for (int i = 1; i < drawnEnd - first; i++) {
      sum = sum.add(codebooks.array().get(first + i).get(codes.get(new NDIndex(":, {}", i))));
    }
    if (end == drawnEnd) {
      return new Step(codes, sum, drawn.remainder());
    }
    Codebooks.Part part = codebooks.encode(drawn.remainder(), drawnEnd, end);
    return new Step(codes.concat(part.codes(), 1), sum.add(part.sum()), drawn.remainder());
  }

  /** {@inheritDoc} These are the mixture weights themselves; nothing is measured by draws. */
  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    return kernel.call("first", hidden, parameters).head();
  }

  @Override
  public void start(TokenStatistics statistics) {
    double[] deviation = statistics.deviation();
    float[] sizes = new float[depth];
    float[] units = new float[depth];
    for (int level = 0; level < depth; level++) {
      sizes[level] = (float) Math.max(deviation[level], 1e-6);
      // A codebook that has collapsed to one code leaves no deviation.
      units[level] =
          (float) Math.max(level == 0 ? 1e-6 : deviation[level - 1], 1e-3 * sizes[level]);
    }
    Torch.copy(sizes, size);
    Torch.copy(units, unit);
  }

  @Override
  public int confidenceTerms() {
    return dimension;
  }

  /** {@inheritDoc} Weights of all depths, the remainder's network, distances to the codes. */
  @Override
  public double flops(int positions, int depths) {
    return positions * (drawFlops() + 2.0 * depths * codes * dimension);
  }

  @Override
  public double drawFlops() {
    double f = settings.hidden();
    double tables = settings.weights() == HeadSpec.Weights.PER_DEPTH ? depth : 1;
    double out = settings.outputs(dimension);
    double next = settings.further() * (f + (double) depth * codes) * dimension;
    return 2 * (next + tables * codes * width + f * width + out * (f == 0 ? width : f));
  }

  /** This head's settings. */
  public HeadSpec.CodeMixture settings() {
    return settings;
  }
}
