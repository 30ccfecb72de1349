package resgen.sample;

import java.util.List;
import resgen.model.Model;
import resgen.model.StagedModel;
import resgen.token.Codes;
import resgen.token.Condition;

/**
 * Sampling of VALL-E (Wang et al. 2023): the codes of the first depth position by position, drawn;
 * then one depth after another, each in one call and at its likeliest codes. So {@link
 * Sampling.Pace} means nothing, and {@link Sampling#draw} is of the first depth alone. Guidance
 * acts on both: along the positions, and along the depths.
 */
final class StagedSampler extends TokenSampler {

  private static final double LIKELIEST = Double.MIN_NORMAL; // top-p of which one code is left

  private final StagedModel model;
  private final CausalSampler first;
  private final MaskedSampler others;

  /** A sampler. */
  StagedSampler(StagedModel model, Sampling settings) {
    super(settings);
    this.model = model;
    int calls = model.spec().tokens().depth() - 1;
    first = new CausalSampler(model.first(), settings.withSteps(1));
    others = new MaskedSampler(model.others(), settings.withSteps(calls).topP(LIKELIEST), false);
  }

  @Override
  Model model() {
    return model;
  }

  /** L + D − 1 network calls of a sample of all positions. */
  @Override
  public CostModel cost() {
    CostModel one = first.cost();
    CostModel rest = others.cost();
    return new CostModel(one.networkCalls() + rest.networkCalls(), one.flops() + rest.flops());
  }

  @Override
  int calls(Given given) {
    return first.calls(given) + others.cost().networkCalls();
  }

  @Override
  AutoCloseable begin() {
    AutoCloseable coarse = first.begin();
    AutoCloseable fine = others.begin();
    return () -> {
      coarse.close();
      fine.close();
    };
  }

  @Override
  Codes batch(Condition condition, Given given, long index, List<Trajectory> trajectories) {
    Codes coarse = first.batch(condition, given.first(), index, trajectories);
    return others.batch(condition, given.first(coarse), index, trajectories);
  }

  @Override
  public void close() {
    first.close();
    others.close();
  }
}
