package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import resgen.model.ArResGenNetwork;
import resgen.model.CausalBackbone;
import resgen.model.RqTransformerNetwork;
import resgen.model.TokenShape;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.torch.Breaks;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * Sampling position by position, with keys and values kept: one call of the transformer over
 * positions, then what draws the position's depths.
 *
 * <p>All noise of sample i at position p is a function of (seed, i, p). Guidance goes linearly over
 * the positions. With RQ-Transformer it acts on the logits, and the steps of {@link Sampling.Pace}
 * mean nothing. With AR-ResGen it acts on the state before the head, and the steps are the
 * iterations over depth at every position, each of which reveals at least one depth.
 */
public final class AutoregressiveSampler implements TokenSampler {

  private final CausalBackbone backbone;
  private final NDManager manager;
  private final TokenShape shape;
  private final Sampling settings;
  private final Noise noise;
  private final boolean guided;
  private final Supplier<DepthDraw> depths;
  private final CostModel cost;

  private AutoregressiveSampler(
      CausalBackbone backbone,
      NDManager manager,
      TokenShape shape,
      Sampling settings,
      Supplier<DepthDraw> depths) {
    this.backbone = backbone;
    this.manager = manager;
    this.shape = shape;
    this.settings = settings;
    this.depths = depths;
    noise = Noise.of(settings.seed());
    guided = !settings.guidance().isNone();
    try (DepthDraw depth = depths.get()) {
      cost = new CostModel(shape.positions() * (1 + depth.calls()), depth.flops(guided));
    }
  }

  /** Samples of an RQ-Transformer. */
  public static AutoregressiveSampler of(RqTransformerNetwork network, Sampling settings) {
    return new AutoregressiveSampler(
        network.backbone(),
        network.manager(),
        network.settings().tokens(),
        settings,
        () -> new TokenDraw(network, settings.draw()));
  }

  /** Samples of an AR-ResGen. */
  public static AutoregressiveSampler of(ArResGenNetwork network, Sampling settings) {
    return new AutoregressiveSampler(
        network.backbone(),
        network.manager(),
        network.settings().tokens(),
        settings,
        () -> new MixtureDraw(network, settings));
  }

  /** L·(1 + D) network calls, or L·(1 + iterations). */
  @Override
  public CostModel cost() {
    return cost;
  }

  /** {@inheritDoc} An interrupt is noticed after every position. */
  @Override
  public Result sample(Labels labels, long first, Listener listener) {
    shape.checkLabels(labels.toArray());
    int each = shape.tokens();
    int[] all = new int[labels.size() * each];
    int done = 0;
    try (TensorList weights = backbone.weights();
        DepthDraw depth = depths.get()) {
      while (done < labels.size() && !Thread.currentThread().isInterrupted()) {
        int end = Math.min(labels.size(), done + settings.batchSize());
        int[] part = labels.range(done, end).toArray();
        long at = first + done;
        int[] codes = new int[part.length * each];
        if (!Breaks.in(() -> batch(weights, depth, part, at, codes))) {
          break;
        }
        System.arraycopy(codes, 0, all, done * each, codes.length);
        done = end;
        listener.finished(done, Codes.of(codes, shape.positions(), shape.depth()));
      }
    }
    boolean interrupted = done < labels.size() && Thread.interrupted();
    Codes codes = Codes.of(Arrays.copyOf(all, done * each), shape.positions(), shape.depth());
    return new Result(codes, cost.networkCalls(), List.of(), interrupted);
  }

  /** Makes codes {@code [B, L, D]}. */
  private void batch(TensorList weights, DepthDraw depth, int[] labels, long first, int[] codes) {
    int rows = guided ? 2 * labels.length : labels.length;
    int[] all = Arrays.copyOf(labels, rows);
    Arrays.fill(all, labels.length, rows, shape.nullClass());
    Torch.scoped(
        () -> {
          CausalBackbone.Steps steps = backbone.steps(weights, all);
          depth.begin(rows);
          NDArray sums = manager.zeros(new Shape(rows, shape.dimension()));
          for (int p = 0; p < shape.positions(); p++) {
            position(steps, depth, sums, new DepthDraw.Keys(noise, first, labels.length, p), codes);
          }
          return null;
        });
  }

  private void position(
      CausalBackbone.Steps steps, DepthDraw depth, NDArray sums, DepthDraw.Keys keys, int[] codes) {
    Breaks.here();
    double weight = settings.guidance().at(keys.position() + 1, shape.positions());
    long[] drawn =
        Torch.scoped(
            () -> {
              NDArray hidden = steps.next(sums);
              Breaks.here();
              return depth.draw(hidden, sums, keys, weight).toLongArray(); // [B, D]
            });
    store(drawn, keys.position(), codes);
  }

  private void store(long[] drawn, int position, int[] codes) {
    int d = shape.depth();
    for (int i = 0; i < drawn.length; i++) {
      codes[(i / d * shape.positions() + position) * d + i % d] = (int) drawn[i];
    }
  }
}
