package resgen.sample;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import resgen.mask.MaskLaw;
import resgen.model.CategoricalNetwork;
import resgen.model.DepthwiseMaskGitSettings;
import resgen.model.MaskedNetwork;
import resgen.model.ResGenNetwork;
import resgen.model.TokenShape;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.torch.Breaks;
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
 * <p>A model that was trained with masks of any tokens reveals exactly the tokens that come first,
 * whatever the depths above them; z is quantized through the masked depths in their order. Nothing
 * is recorded of it.
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
  public Result sample(Labels labels, long first, Listener listener) {
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
      System.arraycopy(batch.tokens.codes(), 0, all, done * each, (end - done) * each);
      batch.recorders.forEach(recorder -> trajectories.add(recorder.done()));
      done = end;
      listener.finished(done, Codes.of(batch.tokens.codes(), shape.positions(), shape.depth()));
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
    final BatchTokens tokens;
    final List<Trajectory.Recorder> recorders = new ArrayList<>();

    Batch(int[] labels, long first) {
      this.labels = labels;
      this.first = first;
      size = labels.length;
      boolean free = network.backbone().settings().masks() != MaskLaw.PREFIX;
      tokens = new BatchTokens(shape, size, free);
      for (int i = 0; recorded && !free && i < size; i++) {
        recorders.add(Trajectory.record(shape.positions(), shape.depth()));
      }
    }

    /** Whether it came to its end before an interrupt. */
    boolean run() {
      return Breaks.in(
          () -> {
            for (RevealSteps.Step step : steps.calls()) {
              Breaks.here();
              Torch.scoped(
                  () -> {
                    step(step);
                    return null;
                  });
            }
          });
    }

    private void step(RevealSteps.Step step) {
      Phases.enter("embedding");
      int[] rows = tokens.rows(step.first() + step.depths());
      Proposer.Keys keys = new Proposer.Keys(noise, first, step.number());
      NDManager manager = network.manager();
      double weight = settings.guidance().at(step.number(), steps.all());
      NDArray hidden = hidden(manager, weight); // [B, L, W]
      Breaks.here();
      Phases.enter("noise");
      NDArray at = Torch.longs(manager, rows, rows.length);
      NDArray picked = Kernel.of("rows").apply(hidden, at); // [N, W]
      int[] shallowest = new int[rows.length];
      for (int n = 0; n < rows.length; n++) {
        shallowest[n] = tokens.shallowest(rows[n]);
      }
      Proposer.Proposal proposal =
          proposer.propose(
              new Proposer.Wanted(
                  picked,
                  tokens.seen(manager, rows),
                  shallowest,
                  rows,
                  keys,
                  step.first(),
                  step.depths()));
      Phases.enter("reveal");
      reveal(step, rows, proposal, keys);
      Phases.leave();
    }

    private NDArray hidden(NDManager manager, double weight) {
      int l = shape.positions();
      NDArray seen = tokens.seen(manager);
      NDArray sums =
          network
              .codebooks()
              .sums(tokens.codes(manager), seen)
              .visible()
              .reshape(size, l, shape.dimension());
      NDArray state = tokens.perPosition(seen); // [B, L] or [B, L, D]
      if (weight == 0) {
        return network.backbone().hidden(sums, state, Torch.longs(manager, labels, size), false);
      }
      int[] both = Arrays.copyOf(labels, 2 * size);
      Arrays.fill(both, size, 2 * size, shape.nullClass());
      NDArray hidden =
          network
              .backbone()
              .hidden(
                  NDArrays.concat(new NDList(sums, sums)),
                  NDArrays.concat(new NDList(state, state)),
                  Torch.longs(manager, both, 2L * size),
                  false); // [2B, L, W]
      NDArray conditional = hidden.get(":" + size);
      NDArray unconditional = hidden.get(size + ":");
      return conditional.add(conditional.sub(unconditional).mul((float) weight));
    }

    private void reveal(
        RevealSteps.Step step, int[] rows, Proposer.Proposal proposal, Proposer.Keys keys) {
      int l = shape.positions();
      int k = step.depths();
      int n = 0;
      for (int i = 0; i < size; i++) {
        float[] terms = proposal.terms() == null ? null : new float[l * k];
        long[] codes = new long[l * k];
        for (; n < rows.length && rows[n] / l == i; n++) {
          int to = rows[n] % l * k;
          System.arraycopy(proposal.codes(), n * k, codes, to, k);
          if (terms != null) {
            System.arraycopy(proposal.terms(), n * k, terms, to, k);
          }
        }
        tokens.reveal(i, step, chooser(step, keys.stream("reveal", i)), terms, codes);
        if (!recorders.isEmpty()) {
          recorders.get(i).add(step.number(), tokens.visible(i), spread(step, terms));
        }
      }
    }

    private BatchTokens.Chooser chooser(RevealSteps.Step step, Noise.Stream stream) {
      Reveal order = settings.order().reveal();
      int k = step.depths();
      int left = step.maskedAfter();
      return new BatchTokens.Chooser() {
        @Override
        public int[] prefixes(int[] before, float[] terms) {
          return order.next(before, k, terms, left, temperature, stream);
        }

        @Override
        public boolean[] anywhere(boolean[] shown, float[] terms) {
          return order.anywhere(shown, k, terms, left, temperature, stream);
        }
      };
    }

    /** Terms of a step's depths among those of all depths. */
    private float[] spread(RevealSteps.Step step, float[] terms) {
      if (terms == null) {
        return null;
      }
      float[] all = new float[shape.tokens()];
      for (int p = 0; p < shape.positions(); p++) {
        int to = p * shape.depth() + step.first();
        System.arraycopy(terms, p * step.depths(), all, to, step.depths());
      }
      return all;
    }
  }
}
