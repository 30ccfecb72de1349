package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import resgen.head.Decoder;
import resgen.mask.UnmaskPlan;
import resgen.model.CausalModel;
import resgen.model.Model;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Breaks;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * Sampling position by position, with keys and values kept: one call of the transformer over
 * positions, then what draws the position's depths.
 *
 * <p>All noise of sample i at position p is a function of (seed, i, p). Guidance goes linearly over
 * the positions. With a depth transformer it acts on the logits, and the steps of {@link
 * Sampling.Pace} mean nothing. With AR-ResGen it acts on the state before the mixture, and the
 * steps are the iterations over depth at every position, each of which reveals at least one depth.
 */
public final class CausalSampler extends TokenSampler {

  private final CausalModel model;
  private final TokenSpec shape;
  private final Noise noise;
  private final boolean guided;
  private final int[] masked; // depths that are masked before each iteration and after the last
  private TensorList weights;
  private Decoder decoder;
  private NDArray positions; // [L, 1] int64
  private NDArray numbers; // the same from 1 on
  private NDArray guidance; // [L, 1] float32

  /**
   * A sampler.
   *
   * @throws IllegalArgumentException if there are more iterations than depths
   */
  public CausalSampler(CausalModel model, Sampling settings) {
    super(settings);
    this.model = model;
    shape = model.spec().tokens();
    noise = Noise.of(settings.seed());
    guided = !settings.guidance().isNone();
    masked = masked(settings.pace());
  }

  private int[] masked(Sampling.Pace pace) {
    int depth = shape.depth();
    if (model.head().iterates() && pace.steps() > depth) {
      throw new IllegalArgumentException(
          "steps %d: of a model that unmasks each position by itself they are iterations over its"
                  .formatted(pace.steps())
              + " %d depths, at most so many".formatted(depth));
    }
    int steps = Math.min(pace.steps(), depth);
    UnmaskPlan plan = UnmaskPlan.of(pace.schedule(), steps, depth, true, true);
    return plan.masked();
  }

  @Override
  Model model() {
    return model;
  }

  /** L·(1 + D) network calls, or L·(1 + iterations). */
  @Override
  public CostModel cost() {
    Decoder.Of head = model.head();
    int l = shape.positions();
    int calls = head.calls(masked);
    double half = model.flops() + l * head.decodeFlops(calls);
    return new CostModel(l * (1 + calls), (guided ? 2 : 1) * half + l * head.drawFlops(calls));
  }

  @Override
  AutoCloseable begin() {
    NDManager manager = model.manager().newSubManager();
    int l = shape.positions();
    int[] number = new int[l];
    float[] weight = new float[l];
    for (int p = 0; p < l; p++) {
      number[p] = p;
      weight[p] = (float) settings.guidance().at(p + 1, l);
    }
    positions = Torch.longs(manager, number, l, 1);
    numbers = Torch.longs(manager, IntStream.rangeClosed(1, l).toArray(), l, 1);
    guidance = Torch.floats(manager, weight, l, 1);
    weights = model.weights();
    decoder = model.head().decoder(settings.draw(), masked);
    return () -> {
      decoder.close();
      weights.close();
      manager.close();
    };
  }

  /** {@inheritDoc} An interrupt is noticed after every position. */
  @Override
  Codes batch(Condition condition, long first, List<Trajectory> trajectories) {
    return Torch.scoped(() -> batch(condition, first));
  }

  private Codes batch(Condition condition, long first) {
    NDManager manager = model.manager();
    int size = condition.size();
    int rows = guided ? 2 * size : size;
    NDArray sample = samples(first, size);
    CausalModel.Steps steps = model.steps(weights, conditions(condition));
    decoder.begin(rows);
    NDArray sums = manager.zeros(new Shape(rows, shape.dimension()));
    NDArray codes =
        manager.zeros(new Shape(size, shape.positions(), shape.depth()), DataType.INT64);
    NDArray broken = manager.zeros(new Shape(1), DataType.INT64); // the first position, or 0
    for (int p = 0; p < shape.positions(); p++) {
      Breaks.here();
      int at = p;
      String row = p + ":" + (p + 1);
      Torch.scoped(
          () -> {
            NDArray hidden = steps.next(sums); // [B or 2·B, W]
            Breaks.here();
            Decoder.Drawn drawn =
                decoder.draw(
                    hidden,
                    sums,
                    sample,
                    positions.get(row).reshape(1),
                    noise,
                    guidance.get(row).reshape(1)); // [B, D]
            Kernel kernel = Kernel.of("reveal");
            kernel.call("check", broken, drawn.values(), numbers.get(row).reshape(1));
            kernel.call("put", codes, drawn.codes(), at);
            return null;
          });
    }
    long bad = Torch.integer(broken);
    if (bad > 0) {
      throw new IllegalStateException(
          "position %d of %d: the model's numbers are not finite"
              .formatted(bad, shape.positions()));
    }
    return Codes.of(Torch.codes(codes), shape.positions(), shape.depth());
  }

  private NDList conditions(Condition condition) {
    NDList own = model.conditioner().upload(model.manager(), condition);
    return guided ? withNone(own) : own;
  }
}
