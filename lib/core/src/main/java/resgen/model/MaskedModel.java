package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import resgen.head.Head;
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.nn.BatchPart;
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

/**
 * A bidirectional transformer over positions: cumulative embeddings of the visible tokens in,
 * hidden states out (paper, figure 1; appendix on the backbone).
 */
public final class MaskedModel extends Model {

  private final Order.Masked order;
  private final Linear input;
  private final NDArray stateTable; // [D, 2, E]
  private final Linear state;
  private final NDArray positions; // [L, W], or null
  private final Conditioner conditioner;
  private final Mlp modulation;
  private final Transformer transformer;
  private final Rotary rotary; // null in a plan
  private final Head head;

  /** Declares the parts {@code input}, {@code condition}, {@code backbone} and the head's. */
  MaskedModel(Parameters parameters, ModelSpec spec, Order.Masked order, Codebooks codebooks) {
    super(parameters, spec, codebooks, scale(parameters));
    this.order = order;
    TokenSpec t = spec.tokens();
    Precision precision = precision();
    int w = spec.backbone().width();
    Parameters in = parameters.scope("input");
    input = new Linear(in.scope("sum"), t.dimension(), w, precision);
    stateTable = in.add("state.table", Init.normal(0.5), t.depth(), 2, order.stateWidth());
    state = new Linear(in.scope("state"), (long) t.depth() * order.stateWidth(), w, precision);
    positions = order.positions() ? in.add("position", Init.normal(0.5), t.positions(), w) : null;
    conditioner =
        spec.condition()
            .build(
                new ConditionSpec.Context(
                    parameters,
                    t,
                    w,
                    precision,
                    order.conditionInInput() ? Conditioner.Input.ADDED : Conditioner.Input.NONE));
    modulation =
        new Mlp(
            parameters.scope("condition").scope("mlp"), w, 4L * w, 8L * w, Init.zeros(), precision);
    transformer = new Transformer(parameters.scope("backbone"), spec.backbone(), false, precision);
    rotary = manager() == null ? null : transformer.rotary(parameters.manager(), t.layout());
    head = spec.head().build(context());
  }

  @Override
  public Mask masks(Objective how, Keys keys, NDArray lengths) {
    return order.masks().draw(spec().tokens(), how.masking(), keys, lengths);
  }

  @Override
  public NDArray hidden(Target target, NDList condition, NDArray lengths, BatchPart part) {
    return hidden(target.visibleSum(), target.mask().visible(), condition, lengths, part);
  }

  /**
   * The hidden states that the head reads.
   *
   * @param visibleSum sum of the visible embeddings, {@code [B, L, H]}
   * @param visible bool {@code [B, L, D]}
   */
  public NDArray hidden(
      NDArray visibleSum, NDArray visible, NDList condition, NDArray lengths, boolean training) {
    BatchPart part = BatchPart.whole(visible.getShape().get(0), training);
    return hidden(visibleSum, visible, condition, lengths, part);
  }

  private NDArray hidden(
      NDArray visibleSum, NDArray visible, NDList condition, NDArray lengths, BatchPart part) {
    Phases.enter("embedding");
    long batch = visible.getShape().get(0);
    int w = spec().backbone().width();
    NDArray bits = Kernel.of("token_state").apply(visible, stateTable); // [B, L, D·E]
    Conditioner.Embedded embedded = conditioner.apply(condition);
    NDArray c = perPosition(embedded.modulation()); // [B, 1 or L, W]
    NDArray x = input.apply(visibleSum.mul(inputScale())); // [B, L, W]
    if (order.state() == Order.State.INPUT) {
      x = x.add(state.apply(bits));
    } else {
      c = c.add(state.apply(bits)); // [B, L, W]
    }
    if (positions != null) {
      x = x.add(positions);
    }
    if (embedded.input() != null) {
      x = x.add(perPosition(embedded.input()));
    }
    NDArray shared = modulation.apply(c).reshape(batch, -1, 8, w); // [B, 1 or L, 8, W]
    Phases.enter("backbone");
    return transformer.apply(x, shared, rotary, lengths, part);
  }

  @Override
  public double flops() {
    TokenSpec t = spec().tokens();
    double l = t.positions();
    double w = spec().backbone().width();
    double in = l * w * (t.dimension() + t.depth() * order.stateWidth());
    double shared = (order.state() == Order.State.MODULATION ? l : 1) * (4 + 32) * w * w;
    return 2 * (in + shared) + spec().backbone().flops(l, l * l);
  }

  /** How its positions are masked and revealed. */
  public Order.Masked order() {
    return order;
  }

  @Override
  public Conditioner conditioner() {
    return conditioner;
  }

  @Override
  public Head head() {
    return head;
  }
}
