package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.IntStream;
import resgen.head.Head;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.MaskedModel;
import resgen.model.Model;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Breaks;
import resgen.torch.FixedArrays;
import resgen.torch.Graphs;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * Sampling by iterative unmasking (paper, Algorithm 2), for all masked models.
 *
 * <p>Everything starts masked. In each step the head proposes codes for every token, and some of
 * the masked ones are revealed; what is visible is never revised. All noise of sample i at step t
 * is a function of (seed, i, t). Guidance is on the hidden state before the head; categorical heads
 * are affine in it, so for them that is guidance on the logits.
 *
 * <p>Between a batch's start and its end nothing goes through Java's memory, unless trajectories
 * are recorded. So a step is one of {@link Graphs}' where the model's weights do not change.
 */
public final class MaskedSampler extends TokenSampler {

  private final MaskedModel model;
  private final boolean recorded;
  private final TokenSpec shape;
  private final MaskLaw law;
  private final Steps steps;
  private final Noise noise;
  private final double temperature;
  private final Graphs graphs;
  private NDManager manager; // of the tables; null before the first call
  private Tables tables; // of samples of which nothing is given

  /**
   * What changes from step to step, one row a step, on the device.
   *
   * @param steps in order
   * @param numbers t, {@code [S, 1]} int64
   * @param left how many tokens of the step's depths stay masked, {@code [S, 1 or B]} int64
   * @param weights of guidance, {@code [S, 1]} float32
   */
  private record Tables(List<Steps.Step> steps, NDArray numbers, NDArray left, NDArray weights) {}

  /**
   * A sampler.
   *
   * @param recorded whether to keep trajectories; there are none of masks that are no prefixes
   * @throws IllegalArgumentException if the steps do not fit the depths
   */
  public MaskedSampler(MaskedModel model, Sampling settings, boolean recorded) {
    super(settings);
    this.model = model;
    this.recorded = recorded;
    shape = model.spec().tokens();
    law = model.order().masks();
    steps = Steps.of(settings, shape, law);
    noise = Noise.of(settings.seed());
    temperature = settings.order().temperature(model.head().confidenceTerms());
    graphs = graphs(recorded);
  }

  @Override
  Model model() {
    return model;
  }

  @Override
  public CostModel cost() {
    double flops = 0;
    for (Steps.Step step : steps.calls()) {
      int halves = settings.guidance().at(step.number(), steps.all()) == 0 ? 1 : 2;
      flops += halves * model.flops() + model.head().flops(shape.positions(), step.depths());
    }
    return new CostModel(steps.calls().size(), flops);
  }

  @Override
  AutoCloseable begin() {
    if (manager == null) {
      upload();
    }
    return graphs.captures() ? () -> {} : this::close;
  }

  /** Frees what is kept from one call to the next: graphs, and the arrays that they read. */
  @Override
  public void close() {
    graphs.close();
    if (manager != null) {
      manager.close();
      manager = null;
    }
  }

  private void upload() {
    manager = model.manager().newSubManager();
    tables = tables(manager, List.of(steps));
  }

  /** Tables of as many columns as there are plans, which have the same steps. */
  private Tables tables(NDManager owner, List<Steps> plans) {
    List<Steps.Step> own = plans.get(0).calls();
    int s = own.size();
    int b = plans.size();
    int[] number = new int[s];
    int[] masked = new int[s * b];
    float[] weight = new float[s];
    for (int i = 0; i < s; i++) {
      number[i] = own.get(i).number();
      weight[i] = (float) settings.guidance().at(number[i], steps.all());
      for (int j = 0; j < b; j++) {
        masked[i * b + j] = plans.get(j).calls().get(i).maskedAfter();
      }
    }
    return new Tables(
        own,
        Torch.longs(owner, number, s, 1),
        Torch.longs(owner, masked, s, b),
        Torch.floats(owner, weight, s, 1));
  }

  /** Every sample has the plan of its own length, of all steps; nothing of it is in another's. */
  private Tables tables(Given given, FixedArrays fixed) {
    List<Steps> plans =
        IntStream.range(0, given.size())
            .mapToObj(i -> Steps.of(settings, shape, law, given.open(i), true))
            .toList();
    Tables own = tables(model.manager(), plans);
    return new Tables(
        own.steps,
        fixed.put("numbers", own.numbers),
        fixed.put("left", own.left),
        fixed.put("weights", own.weights));
  }

  @Override
  Codes batch(Condition condition, Given given, long first, List<Trajectory> trajectories) {
    Recording recording =
        recorded && law.prefixes() ? new Recording(condition.size(), shape) : null;
    Codes made = Torch.scoped(() -> new Batch(condition, given, first, recording).run());
    if (recording != null) {
      trajectories.addAll(recording.done());
    }
    return made;
  }

  /** What steps have in common that ask the same of the device. */
  private record Key(Object batch, boolean guided, int first, int depths) {}

  /** Samples that go through the network together. */
  private final class Batch {
    private final int size;
    private final Object kind; // equal for batches whose arrays are alike
    private final Tables tables;
    private final NDArray lengths; // [B] int64; null if all are L
    private final NDArray codes; // [B, L, D] int64, 0 where masked
    private final NDArray visible; // [B, L, D] bool
    private final NDArray sample; // [B] int64
    private final NDArray at; // [1] int64, the step's row of the tables
    private final NDArray broken; // [1] int64, the first step with numbers not finite, or 0
    private final NDList condition;
    private final NDList both; // and then none
    private final Recording recording; // null if nothing is recorded

    Batch(Condition condition, Given given, long first, Recording recording) {
      this.recording = recording;
      NDManager manager = model.manager();
      size = condition.size();
      boolean nothing = given.isNothing();
      kind = nothing ? size : List.of(size, "given");
      FixedArrays fixed = graphs.arrays(kind, manager);
      tables = nothing ? MaskedSampler.this.tables : tables(given, fixed);
      Shape tokens = new Shape(size, shape.positions(), shape.depth());
      if (nothing) {
        lengths = null;
        codes = fixed.put("codes", manager.zeros(tokens, DataType.INT64));
        visible = fixed.put("visible", codes.gt(codes)); // nothing
      } else {
        lengths = fixed.put("lengths", Torch.longs(manager, given.lengths(), size));
        codes = fixed.put("codes", Torch.longs(manager, given.rows(), tokens.getShape()));
        visible = fixed.put("visible", visible(given)); // prompts and padding
      }
      sample = fixed.put("sample", samples(first, size));
      at = fixed.put("at", manager.zeros(new Shape(1), DataType.INT64));
      broken = fixed.put("broken", manager.zeros(new Shape(1), DataType.INT64));
      this.condition = fixed.put("condition", model.conditioner().upload(manager, condition));
      both = fixed.put("both", withNone(this.condition));
    }

    private NDArray visible(Given given) {
      NDArray prompts = Torch.longs(model.manager(), given.prompts(), size);
      NDArray there = Mask.of(codes.neq(codes), lengths.sub(prompts)).behind(prompts).visible();
      return Kernel.of("masks").call("coarse", there, given.depths()).head();
    }

    Codes run() {
      for (Steps.Step step : tables.steps) {
        Breaks.here();
        boolean guided = settings.guidance().at(step.number(), steps.all()) != 0;
        Key key = new Key(kind, guided, step.first(), step.depths());
        graphs.run(key, () -> step(step, guided));
      }
      long bad = Torch.integer(broken);
      if (bad > 0) {
        throw new IllegalStateException(
            "step %d of %d: the model's numbers are not finite".formatted(bad, steps.all()));
      }
      return Codes.of(Torch.codes(codes), shape.positions(), shape.depth());
    }

    /**
     * One step. Of {@code step} only what its {@link Key} has may reach the device, unless
     * trajectories are recorded; the rest is in the row {@code at} of the tables.
     */
    private void step(Steps.Step step, boolean guided) {
      Phases.enter("embedding");
      NDArray number = row(tables.numbers); // [1]
      Target target = Target.of(model.codebooks(), codes, Mask.of(visible));
      NDArray hidden = hidden(target, guided); // [B, L, W]
      Breaks.here();
      Keys keys = Keys.of(noise, sample, number);
      Reveal reveal = settings.order().reveal();
      Head.Proposal proposal =
          model
              .head()
              .draw(
                  hidden,
                  target,
                  new Head.How(settings.draw(), reveal, step.first(), step.depths()),
                  keys);
      Phases.enter("reveal");
      Kernel kernel = Kernel.of("reveal");
      kernel.call("check", broken, proposal.values(), number);
      NDArray own = visible.get(":, :, " + step.first() + ":" + (step.first() + step.depths()));
      NDArray scores = scores(own, proposal.terms(), keys.fork("reveal")); // [B, L, k]
      NDArray shown = law.reveal(own, scores, row(tables.left)); // [B, L, k]
      if (recording != null) {
        recording.add(step, shown, proposal.terms());
      }
      kernel.call("fill", codes, visible, proposal.codes(), shown, step.first());
      kernel.call("advance", at);
      Phases.leave();
    }

    /** The step's row of a table, {@code [1 or B]}. */
    private NDArray row(NDArray table) {
      return Kernel.of("reveal").call("row", table, at).head();
    }

    /** Guidance: x = x_c + w·(x_c − x_u), both halves in one call. */
    private NDArray hidden(Target target, boolean guided) {
      if (!guided) {
        return model.hidden(target, condition, lengths, false);
      }
      NDArray sums = target.visibleSum();
      NDArray hidden =
          model.hidden(
              NDArrays.concat(new NDList(sums, sums)),
              NDArrays.concat(new NDList(visible, visible)),
              both,
              lengths == null ? null : NDArrays.concat(new NDList(lengths, lengths)),
              false); // [2·B, L, W]
      return Kernel.of("reduce").call("guide", hidden, size, row(tables.weights)).head();
    }

    private NDArray scores(NDArray own, NDArray terms, Keys keys) {
      Kernel kernel = Kernel.of("reveal");
      int count = (int) (own.size() / size);
      if (terms == null) {
        return kernel.call("random", own, keys.doubles(count).reshape(own.getShape())).head();
      }
      NDArray gumbel = keys.gumbels(count).reshape(own.getShape());
      return kernel.call("scores", own, terms, gumbel, temperature).head();
    }
  }
}
