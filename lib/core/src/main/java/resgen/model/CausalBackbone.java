package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import resgen.nn.CausalSteps;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Mlp;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * The causal transformer over positions that RQ-Transformer and AR-ResGen share: a position's
 * hidden state from the embedding sums of the positions before it and the class (method: family).
 *
 * <p>The input at a position is the previous position's sum over all depths, at the first one a
 * learned vector of the class; the class also moves all norms, as in ResGen's backbone.
 */
public final class CausalBackbone {

  private final TokenShape tokens;
  private final Transformer.Settings sizes;
  private final NDArray inputScale; // [1]
  private final Linear input;
  private final NDArray start; // [classes + 1, W]
  private final NDArray positions; // [L, W]
  private final NDArray classes; // [classes + 1, W]
  private final Mlp modulation;
  private final Transformer stack;
  private final Rotary rotary; // null in a plan

  /** Declares the parts {@code input}, {@code condition} and {@code backbone}. */
  CausalBackbone(
      Parameters parameters, TokenShape tokens, Transformer.Settings sizes, Precision precision) {
    this.tokens = tokens;
    this.sizes = sizes;
    int w = sizes.width();
    Parameters in = parameters.scope("input");
    inputScale = in.constant("scale", Init.constant(1), 1);
    input = new Linear(in.scope("sum"), tokens.dimension(), w, precision);
    start = in.add("start", Init.normal(1), tokens.classes() + 1, w);
    positions = in.add("position", Init.normal(0.5), tokens.positions(), w);
    Parameters condition = parameters.scope("condition");
    classes = condition.add("class", Init.normal(1), tokens.classes() + 1, w);
    modulation = new Mlp(condition.scope("mlp"), w, 4L * w, 8L * w, Init.zeros(), precision);
    stack = new Transformer(parameters.scope("backbone"), sizes, true, precision);
    rotary =
        parameters.manager() == null
            ? null
            : stack.rotary(parameters.manager(), tokens.grid(), tokens.grid());
  }

  /**
   * Hidden states of all positions at once, for training.
   *
   * @param sums embedding sum over all depths at every position, {@code [B, L, H]}; the last
   *     position's is not read
   * @param labels class or null class, {@code [B]} int64
   * @param training whether dropout applies
   * @return {@code [B, L, W]}; position i has seen positions before i only
   */
  public NDArray hidden(NDArray sums, NDArray labels, boolean training) {
    NDArray first = rows(start, labels).expandDims(1); // [B, 1, W]
    NDArray x = first;
    if (tokens.positions() > 1) {
      NDArray before = sums.get(":, :-1"); // [B, L − 1, H]
      x = NDArrays.concat(new NDList(first, embed(before)), 1); // [B, L, W]
    }
    return stack.apply(x.add(positions), modulation(labels), rotary, training);
  }

  private NDArray embed(NDArray sums) {
    return input.apply(sums.mul(inputScale));
  }

  /** What the class does to the norms: {@code [B, 1, 8, W]}. */
  private NDArray modulation(NDArray labels) {
    return modulation
        .apply(rows(classes, labels).expandDims(1))
        .reshape(labels.size(), 1, 8, sizes.width());
  }

  private static NDArray rows(NDArray table, NDArray labels) {
    return Kernel.of("class_rows").apply(table, labels);
  }

  /** The stack's matrices for {@link #steps}; the caller closes them. */
  public TensorList weights() {
    return stack.weights();
  }

  /**
   * Begins sequences whose positions are run one at a time, keys and values kept.
   *
   * @param weights of {@link #weights()}
   * @param labels class or null class of each
   */
  public Steps steps(TensorList weights, int... labels) {
    NDArray of = MaskedBackbone.labels(positions.getManager(), tokens, labels); // [B]
    return new Steps(stack.steps(weights, modulation(of), rotary, labels.length), rows(start, of));
  }

  /** Sequences under way; they live as long as the scope they were begun in. */
  public final class Steps {
    private final CausalSteps steps;
    private final NDArray first; // [B, W]

    private Steps(CausalSteps steps, NDArray first) {
      this.steps = steps;
      this.first = first;
    }

    /**
     * The next position's hidden states.
     *
     * @param before the previous position's embedding sums, {@code [B, H]}; not read at the first
     * @return {@code [B, W]}
     */
    public NDArray next(NDArray before) {
      int at = steps.position();
      NDArray x = (at == 0 ? first : embed(before)).add(positions.get(at));
      return steps.next(x.expandDims(1)).squeeze(1);
    }
  }

  /** Floating-point operations of one sequence's matrix products, the class's part included. */
  public double flops() {
    double w = sizes.width();
    double l = tokens.positions();
    double condition = 2 * 36 * w * w;
    double inputs = 2 * (l - 1) * tokens.dimension() * w;
    return condition + inputs + sizes.flops(l, l * (l + 1) / 2);
  }

  /** Scales sums to a root mean square of about 1; see {@link #inputScale()}. */
  void start(TokenStatistics statistics) {
    double whole = statistics.deviation()[tokens.depth() - 1];
    Torch.copy(new float[] {(float) (1 / Math.max(whole, 1e-6))}, inputScale);
  }

  /** The factor that embedding sums are multiplied by before they enter a network, {@code [1]}. */
  public NDArray inputScale() {
    return inputScale;
  }
}
