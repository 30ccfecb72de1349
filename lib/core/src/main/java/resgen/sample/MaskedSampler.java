package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import resgen.data.Labels;
import resgen.data.Noise;
import resgen.model.CategoricalNetwork;
import resgen.model.DepthwiseMaskGitSettings;
import resgen.model.MaskedNetwork;
import resgen.model.ResGenNetwork;
import resgen.model.TokenShape;
import resgen.rvq.Codes;
import resgen.torch.Kernel;
import resgen.torch.Phases;
import resgen.torch.Torch;

/**
 * Sampling by iterative unmasking (paper, Algorithm 2), for all masked models.
 *
 * <p>Everything starts masked. In each step codes are proposed for every masked token that may be
 * revealed now, and some of them are revealed, coarse before fine; what is visible is never
 * revised. ResGen and direct tokens may reveal any depth in any step, depthwise MaskGIT one depth
 * after another. All noise of sample i at step t is a function of (seed, i, t).
 *
 * <p>Guidance is on the hidden state before the head. Categorical heads are affine in it, so for
 * them that is guidance on the logits.
 */
public final class MaskedSampler implements TokenSampler {

  private final MaskedNetwork network;
  private final Sampling settings;
  private final boolean recorded;
  private final TokenShape shape;
  private final RevealSteps steps;
  private final Proposer proposer;
  private final Noise noise;
  private final double temperature;

  /**
   * A sampler of ResGen.
   *
   * @param recorded whether to keep trajectories
   */
  public MaskedSampler(ResGenNetwork network, Sampling settings, boolean recorded) {
    this(
        network,
        settings,
        recorded,
        RevealSteps.parallel(settings, network.settings().tokens()),
        new MixtureProposer(network, settings));
  }

  /**
   * A sampler of direct tokens or depthwise MaskGIT.
   *
   * @param recorded whether to keep trajectories
   * @throws IllegalArgumentException if the steps do not fit the depths
   */
  public MaskedSampler(CategoricalNetwork<?> network, Sampling settings, boolean recorded) {
    this(
        network,
        settings,
        recorded,
        network.settings() instanceof DepthwiseMaskGitSettings
            ? RevealSteps.depthwise(settings, network.settings().tokens())
            : RevealSteps.parallel(settings, network.settings().tokens()),
        new CategoricalProposer(network, settings));
  }

  private MaskedSampler(
      MaskedNetwork network,
      Sampling settings,
      boolean recorded,
      RevealSteps steps,
      Proposer proposer) {
    this.network = network;
    this.settings = settings;
    this.recorded = recorded;
    this.steps = steps;
    this.proposer = proposer;
    shape = network.settings().tokens();
    noise = Noise.of(settings.seed());
    temperature = settings.order().temperature(proposer.confidenceTerms());
  }

  @Override
  public Result sample(Labels labels, long first, IntConsumer progress) {
    shape.checkLabels(labels.toArray());
    int each = shape.tokens();
    int[] all = new int[labels.size() * each];
    List<Trajectory> trajectories = new ArrayList<>();
    int done = 0;
    while (done < labels.size() && !Thread.currentThread().isInterrupted()) {
      int end = Math.min(labels.size(), done + settings.batchSize());
      Batch batch = new Batch(labels.range(done, end).toArray(), first + done);
      if (!batch.run()) {
        break;
      }
      System.arraycopy(batch.codes, 0, all, done * each, batch.codes.length);
      batch.recorders.forEach(recorder -> trajectories.add(recorder.done()));
      done = end;
      progress.accept(done);
    }
    boolean interrupted = done < labels.size() && Thread.interrupted();
    Codes codes = Codes.of(Arrays.copyOf(all, done * each), shape.positions(), shape.depth());
    return new Result(codes, steps.calls().size(), trajectories, interrupted);
  }

  @Override
  public CostModel cost() {
    double flops = 0;
    for (RevealSteps.Step step : steps.calls()) {
      int halves = settings.guidance().at(step.number(), steps.all()) == 0 ? 1 : 2;
      flops += halves * network.backbone().flops() + proposer.flops(step.depths());
    }
    return new CostModel(steps.calls().size(), flops);
  }

  /** Samples that go through the network together. */
  private final class Batch {
    final int[] labels;
    final long first;
    final int size;
    final int[] codes; // [B, L, D]
    final int[] visible; // [B, L]
    final List<Trajectory.Recorder> recorders = new ArrayList<>();

    Batch(int[] labels, long first) {
      this.labels = labels;
      this.first = first;
      size = labels.length;
      codes = new int[size * shape.tokens()];
      visible = new int[size * shape.positions()];
      for (int i = 0; recorded && i < size; i++) {
        recorders.add(Trajectory.record(shape.positions(), shape.depth()));
      }
    }

    boolean run() {
      for (RevealSteps.Step step : steps.calls()) {
        if (Thread.currentThread().isInterrupted()) {
          return false;
        }
        Torch.scoped(
            () -> {
              step(step);
              return null;
            });
      }
      return true;
    }

    private void step(RevealSteps.Step step) {
      Phases.enter("embedding");
      int[] rows = maskedRows(step.first() + step.depths());
      Noise.Stream[] streams = new Noise.Stream[size];
      for (int i = 0; i < size; i++) {
        streams[i] = noise.stream(first + i, step.number());
      }
      NDManager manager = network.manager();
      double weight = settings.guidance().at(step.number(), steps.all());
      NDArray hidden = hidden(manager, weight); // [B, L, W]
      Phases.enter("noise");
      NDArray at = Torch.longs(manager, rows, rows.length);
      NDArray picked = Kernel.of("rows").apply(hidden, at); // [N, W]
      int[] seen = new int[rows.length];
      Noise.Stream[] own = new Noise.Stream[rows.length];
      for (int n = 0; n < rows.length; n++) {
        seen[n] = visible[rows[n]];
        own[n] = streams[rows[n] / shape.positions()];
      }
      Proposer.Wanted wanted = new Proposer.Wanted(picked, seen, own, step.first(), step.depths());
      Proposer.Proposal proposal = proposer.propose(wanted);
      Phases.enter("reveal");
      reveal(step, rows, proposal, streams);
      Phases.leave();
    }

    private int[] maskedRows(int below) {
      int[] rows = new int[visible.length];
      int n = 0;
      for (int i = 0; i < visible.length; i++) {
        if (visible[i] < below) {
          rows[n++] = i;
        }
      }
      return Arrays.copyOf(rows, n);
    }

    private NDArray hidden(NDManager manager, double weight) {
      int l = shape.positions();
      NDArray codeArray = Torch.longs(manager, codes, visible.length, shape.depth());
      NDArray seen = Torch.longs(manager, visible, visible.length);
      NDArray sums =
          network.codebooks().sums(codeArray, seen).visible().reshape(size, l, shape.dimension());
      NDArray counts = seen.reshape(size, l);
      if (weight == 0) {
        return network.backbone().hidden(sums, counts, Torch.longs(manager, labels, size), false);
      }
      int[] both = Arrays.copyOf(labels, 2 * size);
      Arrays.fill(both, size, 2 * size, shape.nullClass());
      NDArray hidden =
          network
              .backbone()
              .hidden(
                  NDArrays.concat(new NDList(sums, sums)),
                  NDArrays.concat(new NDList(counts, counts)),
                  Torch.longs(manager, both, 2L * size),
                  false); // [2B, L, W]
      NDArray conditional = hidden.get(":" + size);
      NDArray unconditional = hidden.get(size + ":");
      return conditional.add(conditional.sub(unconditional).mul((float) weight));
    }

    private void reveal(
        RevealSteps.Step step, int[] rows, Proposer.Proposal proposal, Noise.Stream[] streams) {
      int l = shape.positions();
      int k = step.depths();
      int[] place = new int[visible.length];
      for (int n = 0; n < rows.length; n++) {
        place[rows[n]] = n;
      }
      for (int i = 0; i < size; i++) {
        int[] before = new int[l];
        float[] terms = proposal.terms() == null ? null : new float[l * k];
        for (int p = 0; p < l; p++) {
          before[p] = visible[i * l + p] - step.first();
          if (terms != null && before[p] < k) {
            System.arraycopy(proposal.terms(), place[i * l + p] * k, terms, p * k, k);
          }
        }
        int[] after =
            settings
                .order()
                .reveal()
                .next(before, k, terms, step.maskedAfter(), temperature, streams[i]);
        for (int p = 0; p < l; p++) {
          int row = i * l + p;
          for (int j = before[p]; j < after[p]; j++) {
            codes[row * shape.depth() + step.first() + j] =
                (int) proposal.codes()[place[row] * k + j];
          }
          visible[row] = step.first() + after[p];
        }
        record(i, step, terms);
      }
    }

    private void record(int i, RevealSteps.Step step, float[] terms) {
      if (!recorded) {
        return;
      }
      int l = shape.positions();
      float[] all = terms == null ? null : new float[shape.tokens()];
      for (int p = 0; terms != null && p < l; p++) {
        int to = p * shape.depth() + step.first();
        System.arraycopy(terms, p * step.depths(), all, to, step.depths());
      }
      recorders.get(i).add(step.number(), Arrays.copyOfRange(visible, i * l, (i + 1) * l), all);
    }
  }
}
