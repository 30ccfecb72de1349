package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import resgen.head.Decoder;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.BatchPart;
import resgen.nn.CausalSteps;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Mlp;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.noise.Keys;
import resgen.quantize.Codebooks;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Precision;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * A causal transformer over positions: a position's hidden state from the embedding sums of the
 * positions before it and the condition.
 *
 * <p>The input at a position is the previous position's sum over all depths, at the first one a
 * learned vector of the condition; what of the condition differs between positions, as a text does,
 * is added to each. The condition also moves all norms, as in the masked model.
 */
public final class CausalModel extends Model {

  private final Linear input;
  private final NDArray positions; // [L, W]
  private final Conditioner conditioner;
  private final Mlp modulation;
  private final Transformer stack;
  private final Rotary rotary; // null in a plan
  private final Decoder.Of head;

  /** Declares the parts {@code input}, {@code condition}, {@code backbone} and the head's. */
  CausalModel(Parameters parameters, ModelSpec spec, Codebooks codebooks) {
    super(parameters, spec, codebooks, scale(parameters));
    TokenSpec t = spec.tokens();
    Precision precision = precision();
    int w = spec.backbone().width();
    Parameters in = parameters.scope("input");
    input = new Linear(in.scope("sum"), t.dimension(), w, precision);
    conditioner =
        spec.condition()
            .build(new ConditionSpec.Context(parameters, t, w, precision, Conditioner.Input.START));
    positions = in.add("position", Init.normal(0.5), t.positions(), w);
    modulation =
        new Mlp(
            parameters.scope("condition").scope("mlp"), w, 4L * w, 8L * w, Init.zeros(), precision);
    stack = new Transformer(parameters.scope("backbone"), spec.backbone(), true, precision);
    rotary = manager() == null ? null : stack.rotary(parameters.manager(), t.layout());
    head = (Decoder.Of) spec.head().build(context());
  }

  /**
   * {@inheritDoc} Positions are independent: r ~ U[0, 1) for each, and its ⌈γ(r)·D⌉ deepest tokens
   * masked; all of them for a head that masks nothing. Of n masks of a sample the i-th (from 0) has
   * (r + i/n) mod 1.
   */
  @Override
  public Mask masks(Objective how, Keys keys, NDArray lengths) {
    TokenSpec t = spec().tokens();
    Kernel kernel = Kernel.of("laws");
    int n = 1 + how.furtherMasks();
    NDArray visible = // [n·B, L, D]
        how.masking() == null
            ? kernel.call("none", lengths, t.positions(), t.depth()).head()
            : each(how, kernel.call("turned", keys.doubles(t.positions()), n).head());
    return Mask.of(visible, n == 1 ? lengths : lengths.tile(n));
  }

  private NDArray each(Objective how, NDArray r) { // [n·B, L]
    int d = spec().tokens().depth();
    Kernel kernel = Kernel.of("laws");
    NDArray n = how.masking().counts(r, kernel.call("full", r, d).head(), 1); // [B, L]
    return kernel.call("each", n, d).head(); // [B, L, D]
  }

  @Override
  public NDArray hidden(Target target, NDList condition, NDArray lengths, BatchPart part) {
    Phases.enter("forward");
    NDArray sums = target.visibleSum().add(target.maskedSum()); // [B, L, H]
    Conditioner.Embedded embedded = conditioner.apply(condition);
    NDArray own = perPosition(embedded.input()); // [B, 1 or L, W]
    NDArray x = own;
    if (spec().tokens().positions() > 1) {
      NDArray rest = embed(sums.get(":, :-1")); // [B, L − 1, W]
      if (own.getShape().get(1) > 1) {
        rest = rest.add(own.get(":, 1:"));
      }
      x = NDArrays.concat(new NDList(own.get(":, :1"), rest), 1); // [B, L, W]
    }
    NDArray hidden = stack.apply(x.add(positions), modulation(embedded), rotary, lengths, part);
    Phases.enter("head");
    return hidden;
  }

  private NDArray embed(NDArray sums) {
    return input.apply(sums.mul(inputScale()));
  }

  /** What the condition does to the norms: {@code [B, 1, 8, W]}. */
  private NDArray modulation(Conditioner.Embedded embedded) {
    NDArray c = embedded.modulation().expandDims(1);
    return modulation.apply(c).reshape(c.getShape().get(0), 1, 8, spec().backbone().width());
  }

  /** The stack's matrices for {@link #steps}; the caller closes them. */
  public TensorList weights() {
    return CausalSteps.weights(stack);
  }

  /**
   * Begins sequences whose positions are run one at a time, keys and values kept.
   *
   * @param weights of {@link #weights()}
   * @param condition of each
   */
  public Steps steps(TensorList weights, NDList condition) {
    Conditioner.Embedded embedded = conditioner.apply(condition);
    int batch = (int) embedded.modulation().getShape().get(0);
    return new Steps(
        new CausalSteps(stack, weights, modulation(embedded), rotary, batch),
        perPosition(embedded.input()));
  }

  /** Sequences under way; they live as long as the scope they were begun in, or as kept. */
  public final class Steps implements AutoCloseable {
    private final CausalSteps steps;
    private final NDArray inputs; // [B, 1 or L, W], of the first position and, if L, of the others

    private Steps(CausalSteps steps, NDArray inputs) {
      this.steps = steps;
      this.inputs = inputs;
    }

    private boolean each() {
      return inputs.getShape().get(1) > 1;
    }

    /**
     * The next position's hidden states.
     *
     * @param before the previous position's embedding sums, {@code [B, H]}; not read at the first
     * @return {@code [B, W]}
     */
    public NDArray next(NDArray before) {
      int at = steps.position();
      NDArray x = at == 0 ? inputs.get(":, 0") : embed(before); // [B, W]
      if (at > 0 && each()) {
        x = x.add(inputs.get(":, " + at));
      }
      return steps.next(x.add(positions.get(at + ":" + (at + 1))).expandDims(1)).squeeze(1);
    }

    /**
     * The hidden states of the position that an array tells, all positions but the first by the
     * same kernels: see {@link CausalSteps#at}.
     *
     * @param start whether it is the first position
     * @param number the position, {@code [1]} int64
     */
    public NDArray at(boolean start, NDArray before, NDArray number) {
      Kernel kernel = Kernel.of("reveal");
      NDArray x = start ? inputs.get(":, 0") : embed(before); // [B, W]
      if (!start && each()) {
        x = x.add(kernel.call("column", inputs, number).head());
      }
      NDArray own = kernel.call("take", positions, number).head(); // [1, W]
      return steps.at(x.add(own).expandDims(1), number).squeeze(1);
    }

    /** Begins sequences of other conditions in the same arrays. */
    public void restart(NDList condition) {
      Conditioner.Embedded embedded = conditioner.apply(condition);
      steps.restart(modulation(embedded));
      Torch.copy(perPosition(embedded.input()), inputs);
    }

    /** Takes the arrays out of the scope; they live until {@link #close}. */
    public Steps keep() {
      Torch.kept(inputs);
      steps.keep();
      return this;
    }

    @Override
    public void close() {
      steps.close();
      inputs.close();
    }
  }

  @Override
  public double flops() {
    double w = spec().backbone().width();
    double l = spec().tokens().positions();
    double condition = 2 * 36 * w * w;
    double inputs = 2 * (l - 1) * spec().tokens().dimension() * w;
    return condition + inputs + spec().backbone().flops(l, l * (l + 1) / 2);
  }

  @Override
  public Conditioner conditioner() {
    return conditioner;
  }

  @Override
  public Decoder.Of head() {
    return head;
  }
}
