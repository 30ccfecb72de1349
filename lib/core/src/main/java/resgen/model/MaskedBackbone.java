package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Mlp;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * What the masked models share: cumulative embeddings of the visible tokens in, hidden states out
 * (paper, figure 1; appendix on the backbone).
 */
public final class MaskedBackbone {

  private final MaskedSettings settings;
  private final NDManager manager;
  private final NDArray inputScale; // [1]
  private final Linear input;
  private final NDArray stateTable; // [D, 2, E]
  private final Linear state;
  private final NDArray positions; // [L, W], or null
  private final NDArray classes; // [classes + 1, W]
  private final NDArray classInput; // [classes + 1, W], or null
  private final Mlp modulation;
  private final Transformer transformer;
  private final Rotary rotary;

  /** Declares the parts {@code input}, {@code condition} and {@code backbone}. */
  public MaskedBackbone(Parameters parameters, MaskedSettings settings) {
    this.settings = settings;
    manager = parameters.manager();
    TokenShape t = settings.tokens();
    Precision precision = DeclaredNetwork.precision(parameters, settings.precision());
    Conditioning c = settings.conditioning();
    int w = settings.backbone().width();
    Parameters in = parameters.scope("input");
    inputScale = in.constant("scale", Init.constant(1), 1);
    input = new Linear(in.scope("sum"), t.dimension(), w, precision);
    stateTable = in.add("state.table", Init.normal(0.5), t.depth(), 2, c.stateWidth());
    long bits = (long) t.depth() * c.stateWidth();
    state = new Linear(in.scope("state"), bits, w, precision);
    positions = c.positions() ? in.add("position", Init.normal(0.5), t.positions(), w) : null;
    classInput = c.classInInput() ? in.add("class", Init.normal(0.5), t.classes() + 1, w) : null;
    Parameters condition = parameters.scope("condition");
    classes = condition.add("class", Init.normal(1), t.classes() + 1, w);
    modulation = new Mlp(condition.scope("mlp"), w, 4L * w, 8L * w, Init.zeros(), precision);
    transformer =
        new Transformer(parameters.scope("backbone"), settings.backbone(), false, precision);
    rotary = manager == null ? null : transformer.rotary(manager, t.grid(), t.grid());
  }

  /**
   * The hidden state that a head reads.
   *
   * @param visibleSum sum of the visible embeddings, {@code [B, L, H]}
   * @param visible how many depths are visible, {@code [B, L]}, or which, {@code [B, L, D]} of 0
   *     and 1; int64
   * @param labels class or null class, {@code [B]} int64
   * @param training whether dropout applies
   * @return {@code [B, L, W]}
   */
  public NDArray hidden(NDArray visibleSum, NDArray visible, NDArray labels, boolean training) {
    Phases.enter("embedding");
    long batch = visible.getShape().get(0);
    int w = settings.backbone().width();
    NDArray bits = Kernel.of("token_state").apply(visible, stateTable); // [B, L, D·E]
    NDArray condition = rows(classes, labels).expandDims(1); // [B, 1, W]
    NDArray x = input.apply(visibleSum.mul(inputScale)); // [B, L, W]
    if (settings.conditioning().state() == Conditioning.State.INPUT) {
      x = x.add(state.apply(bits));
    } else {
      condition = condition.add(state.apply(bits)); // [B, L, W]
    }
    if (positions != null) {
      x = x.add(positions);
    }
    if (classInput != null) {
      x = x.add(rows(classInput, labels).expandDims(1));
    }
    NDArray shared = modulation.apply(condition).reshape(batch, -1, 8, w); // [B, 1 or L, 8, W]
    Phases.enter("backbone");
    return transformer.apply(x, shared, rotary, training);
  }

  private static NDArray rows(NDArray table, NDArray labels) {
    return Kernel.of("class_rows").apply(table, labels);
  }

  /** The settings of the model that it is part of. */
  public MaskedSettings settings() {
    return settings;
  }

  /** Operations of the matrix products for one sample; an addition and a multiplication are two. */
  public double flops() {
    TokenShape t = settings.tokens();
    double l = t.positions();
    double w = settings.backbone().width();
    boolean perPosition = settings.conditioning().state() == Conditioning.State.MODULATION;
    double in = l * w * (t.dimension() + t.depth() * settings.conditioning().stateWidth());
    double modulation = (perPosition ? l : 1) * (4 + 32) * w * w;
    return 2 * (in + modulation) + settings.backbone().flops(l, l * l);
  }

  /** Starts the input's scale, so that a sum of all embeddings has a deviation of 1. */
  void start(TokenStatistics statistics) {
    double whole = statistics.deviation()[settings.tokens().depth() - 1];
    Torch.copy(new float[] {(float) (1 / Math.max(whole, 1e-6))}, inputScale);
  }

  /** Labels as an array, checked. */
  static NDArray labels(NDManager manager, TokenShape tokens, int... labels) {
    tokens.checkLabels(labels);
    return Torch.longs(manager, labels, labels.length);
  }
}
