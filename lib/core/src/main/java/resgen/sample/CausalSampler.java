package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import resgen.torch.FixedArrays;
import resgen.torch.Graphs;
import resgen.torch.Kernel;
import resgen.torch.TensorList;
import resgen.torch.Torch;

/**
 * Sampling position by position, with keys and values kept: one call of the transformer over
 * positions, then what draws the position's depths.
 *
 * <p>All noise of sample i at position p is a function of (seed, i, p). Positions that are given
 * are run through the network and not drawn. Guidance goes linearly over the positions. With a
 * depth transformer it acts on the logits, and the steps of {@link Sampling.Pace} mean nothing.
 * With AR-ResGen it acts on the state before the mixture, and the steps are the iterations over
 * depth at every position, each of which reveals at least one depth.
 */
public final class CausalSampler extends TokenSampler {

  private final CausalModel model;
  private final TokenSpec shape;
  private final Noise noise;
  private final boolean guided;
  private final int[] masked; // depths that are masked before each iteration and after the last
  private final Graphs graphs;
  private final boolean counted; // positions are told by an array, not by Java
  private final Map<Integer, CausalModel.Steps> sequences = new HashMap<>(); // kept, by rows
  private NDManager manager; // of the tables; null before the first call
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
    graphs = graphs(false);
    counted = graphs.captures() || isOnGpu();
  }

  /** There a position costs its launches, not its keys, and eager steps are to equal captured. */
  private boolean isOnGpu() {
    return model.manager() != null && model.manager().getDevice().isGpu();
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

  /** L·(1 + D) network calls, or L·(1 + iterations), of a sample of all positions. */
  @Override
  public CostModel cost() {
    Decoder.Of head = model.head();
    int l = shape.positions();
    int calls = head.calls(masked);
    double half = model.flops() + l * head.decodeFlops(calls);
    return new CostModel(l * (1 + calls), (guided ? 2 : 1) * half + l * head.drawFlops(calls));
  }

  @Override
  int calls(Given given) {
    return given.longest() * (1 + model.head().calls(masked));
  }

  @Override
  AutoCloseable begin() {
    if (manager == null) {
      upload();
    }
    return graphs.captures() ? () -> {} : this::close;
  }

  private void upload() {
    manager = model.manager().newSubManager();
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
  }

  /** Frees what is kept from one call to the next: graphs, and the arrays that they read. */
  @Override
  public void close() {
    graphs.close();
    sequences.values().forEach(CausalModel.Steps::close);
    sequences.clear();
    if (manager != null) {
      decoder.close();
      weights.close();
      manager.close();
      manager = null;
    }
  }

  /** {@inheritDoc} An interrupt is noticed after every position. */
  @Override
  Codes batch(Condition condition, Given given, long first, List<Trajectory> trajectories) {
    return Torch.scoped(() -> new Batch(condition, given, first).run());
  }

  /** Sequences of so many rows, kept where their steps are captured. */
  private CausalModel.Steps sequences(int rows, NDList condition) {
    if (!graphs.captures()) {
      return model.steps(weights, condition);
    }
    CausalModel.Steps kept = sequences.get(rows);
    if (kept == null) {
      kept = model.steps(weights, condition).keep();
      sequences.put(rows, kept);
    } else {
      kept.restart(condition);
    }
    return kept;
  }

  /** What positions have in common that ask the same of the device. */
  private record Key(Object batch, boolean start) {}

  /** Samples that go through the network together. */
  private final class Batch {
    private final Object kind; // equal for batches whose arrays are alike
    private final Given given;
    private final NDArray prompts; // [B] int64, how many positions are given; null if none
    private final NDArray begun; // [B, L, D] int64, their codes
    private final NDArray sample; // [B] int64
    private final NDArray at; // [1] int64, the position's row of the tables
    private final NDArray broken; // [1] int64, the first position with numbers not finite, or 0
    private final NDArray sums; // [B or 2·B, H], of the position before
    private final NDArray codes; // [B, L, D] int64
    private final CausalModel.Steps steps;

    Batch(Condition condition, Given given, long first) {
      this.given = given;
      NDManager own = model.manager();
      int size = condition.size();
      int rows = guided ? 2 * size : size;
      boolean prompted = IntStream.of(given.prompts()).anyMatch(p -> p > 0);
      kind = prompted ? List.of(size, "given") : size;
      FixedArrays fixed = graphs.arrays(kind, own);
      prompts = prompted ? fixed.put("prompts", Torch.longs(own, given.prompts(), size)) : null;
      begun = prompted ? fixed.put("begun", begun(given)) : null;
      sample = fixed.put("sample", samples(first, size));
      at = fixed.put("at", own.zeros(new Shape(1), DataType.INT64));
      broken = fixed.put("broken", own.zeros(new Shape(1), DataType.INT64));
      sums = fixed.put("sums", own.zeros(new Shape(rows, shape.dimension())));
      codes =
          fixed.put(
              "codes",
              own.zeros(new Shape(size, shape.positions(), shape.depth()), DataType.INT64));
      steps = sequences(rows, conditions(condition));
      decoder.begin(rows);
    }

    private NDArray begun(Given given) {
      return Torch.longs(
          model.manager(), given.rows(), given.size(), shape.positions(), shape.depth());
    }

    Codes run() {
      for (int p = 0; p < given.longest(); p++) {
        Breaks.here();
        boolean start = p == 0;
        graphs.run(new Key(kind, start), () -> position(start));
      }
      long bad = Torch.integer(broken);
      if (bad > 0) {
        throw new IllegalStateException(
            "position %d of %d: the model's numbers are not finite"
                .formatted(bad, shape.positions()));
      }
      return Codes.of(given.ended(Torch.codes(codes)), shape.positions(), shape.depth());
    }

    /** One position; which one is in the row {@code at} of the tables. */
    private void position(boolean start) {
      NDArray number = row(positions); // [1]
      NDArray hidden = counted ? steps.at(start, sums, number) : steps.next(sums); // [B or 2·B, W]
      Breaks.here();
      Decoder.Drawn drawn =
          decoder.draw(hidden, sums, sample, number, noise, row(guidance)); // [B, D]
      Kernel kernel = Kernel.of("reveal");
      kernel.call("check", broken, drawn.values(), row(numbers));
      NDArray own = drawn.codes();
      if (prompts != null) {
        own = kernel.call("begun", own, begun, prompts, number).head();
        kernel.call("sums", sums, model.codebooks().decode(own), prompts, number);
      }
      kernel.call("put", codes, own, number);
      kernel.call("advance", at);
    }

    /** The position's row of a table, {@code [1]}. */
    private NDArray row(NDArray table) {
      return Kernel.of("reveal").call("row", table, at).head();
    }
  }

  private NDList conditions(Condition condition) {
    NDList own = model.conditioner().upload(model.manager(), condition);
    return guided ? withNone(own) : own;
  }
}
