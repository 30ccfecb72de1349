package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import resgen.mixture.MixtureHead;
import resgen.nn.Init;
import resgen.nn.Linear;
import resgen.nn.Mlp;
import resgen.nn.Parameters;
import resgen.nn.Rotary;
import resgen.nn.Transformer;
import resgen.rvq.Codebooks;
import resgen.torch.Kernel;
import resgen.torch.Precision;
import resgen.torch.Torch;

/**
 * ResGen's network: cumulative embeddings of the visible tokens in, a mixture of Gaussians over the
 * sum of the masked embeddings out (paper, method and figure 1; appendix on the backbone).
 */
public final class ResGenNetwork {

  private final ResGenSettings settings;
  private final Parameters parameters;
  private final Codebooks codebooks; // null in a plan
  private final NDArray inputScale; // [1]
  private final Linear input;
  private final NDArray stateTable; // [D, 2, E]
  private final Linear state;
  private final NDArray positions; // [L, W], or null
  private final NDArray classes; // [classes + 1, W]
  private final NDArray classInput; // [classes + 1, W], or null
  private final Mlp modulation;
  private final Transformer backbone;
  private final MixtureHead head;
  private final Rotary rotary;

  /**
   * Declares the network.
   *
   * @param codebooks the frozen codebooks of its tokens; null in a plan
   */
  public ResGenNetwork(Parameters parameters, ResGenSettings settings, Codebooks codebooks) {
    this.settings = settings;
    this.parameters = parameters;
    this.codebooks = codebooks;
    TokenShape t = settings.tokens();
    t.checkCodebooks(codebooks);
    boolean plan = parameters.manager() == null;
    Precision precision = plan ? Precision.FP32 : Precision.of(settings.precision());
    ResGenSettings.Conditioning c = settings.conditioning();
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
    backbone = new Transformer(parameters.scope("backbone"), settings.backbone(), false, precision);
    head =
        new MixtureHead(
            parameters.scope("head"), settings.mixture(), w, t.dimension(), t.depth(), precision);
    rotary = plan ? null : backbone.rotary(parameters.manager(), t.grid(), t.grid());
  }

  /**
   * The hidden state that the head reads.
   *
   * @param visibleSum sum of the visible embeddings, {@code [B, L, H]}
   * @param visible how many depths are visible, {@code [B, L]} int64
   * @param labels class or null class, {@code [B]} int64
   * @param training whether dropout applies
   * @return {@code [B, L, W]}
   */
  public NDArray hidden(NDArray visibleSum, NDArray visible, NDArray labels, boolean training) {
    long batch = visible.getShape().get(0);
    int w = settings.backbone().width();
    NDArray bits = Kernel.of("token_state").apply(visible, stateTable); // [B, L, D·E]
    NDArray condition = rows(classes, labels).expandDims(1); // [B, 1, W]
    NDArray x = input.apply(visibleSum.mul(inputScale)); // [B, L, W]
    if (settings.conditioning().state() == ResGenSettings.Conditioning.State.INPUT) {
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
    return backbone.apply(x, shared, rotary, training);
  }

  private static NDArray rows(NDArray table, NDArray labels) {
    return Kernel.of("class_rows").apply(table, labels);
  }

  /**
   * Starts what depends on the data: the input's scale and, with anchored means, the head.
   *
   * @param statistics of the tokens to be learnt
   */
  public void start(TokenStatistics statistics) {
    double whole = statistics.deviation()[settings.tokens().depth() - 1];
    inputScale.set(new float[] {(float) (1 / Math.max(whole, 1e-6))});
    if (settings.mixture().means() == resgen.mixture.MixtureSettings.Means.ANCHORED) {
      head.anchor(statistics.anchors(), statistics.deviation());
    }
  }

  /** The settings. */
  public ResGenSettings settings() {
    return settings;
  }

  /** The parameters. */
  public Parameters parameters() {
    return parameters;
  }

  /** The codebooks. */
  public Codebooks codebooks() {
    return codebooks;
  }

  /** The head. */
  public MixtureHead head() {
    return head;
  }

  /** The manager that owns the network. */
  public NDManager manager() {
    return parameters.manager();
  }

  /** The parameters that settings ask for, by part, without building them. */
  public static Parameters plan(ResGenSettings settings) {
    Parameters plan = Parameters.plan();
    new ResGenNetwork(plan, settings, null);
    return plan;
  }

  /** Labels as an array, checked. */
  static NDArray labels(NDManager manager, TokenShape tokens, int... labels) {
    tokens.checkLabels(labels);
    return Torch.longs(manager, labels, labels.length);
  }
}
