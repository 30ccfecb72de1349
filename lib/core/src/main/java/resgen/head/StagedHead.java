package resgen.head;

import ai.djl.ndarray.NDArray;
import resgen.noise.Keys;
import resgen.train.Trainable;

/**
 * Two softmaxes: the codes of the first depth from one network's hidden states, those of the others
 * from another's. A hidden state is both, one after the other, {@code [B, L, 2·W]}.
 */
public final class StagedHead implements Head {

  private final NextCodeHead first;
  private final CategoricalHead others;

  /**
   * A head of two.
   *
   * @param first of tokens of one depth
   * @param others of all depths, of which the first is not read
   */
  public StagedHead(NextCodeHead first, CategoricalHead others) {
    this.first = first;
    this.others = others;
  }

  /** −log p of every token, {@code [B, L, D]}. */
  private NDArray losses(NDArray hidden, Target target) {
    long w = hidden.getShape().get(2) / 2;
    NDArray coarse = first.losses(hidden.get(":, :, :" + w), target.first()); // [B, L, 1]
    NDArray deep = others.losses(hidden.get(":, :, " + w + ":"), target); // [B, L, D]
    return coarse.concat(deep.get(":, :, 1:"), 2);
  }

  @Override
  public Trainable.Loss loss(NDArray hidden, Target target, Objective how) {
    return Trainable.Loss.of(target.perToken(losses(hidden, target)));
  }

  @Override
  public NDArray likelihood(NDArray hidden, Target target) {
    return target.sumOfTokens(losses(hidden, target));
  }

  @Override
  public Proposal draw(NDArray hidden, Target target, How how, Keys keys) {
    throw new UnsupportedOperationException("each network's own head draws its depths");
  }

  @Override
  public NDArray firstCode(NDArray hidden, double noiseScale, long seed) {
    long w = hidden.getShape().get(1) / 2;
    return first.firstCode(hidden.get(":, :" + w), noiseScale, seed);
  }

  @Override
  public double flops(int positions, int depths) {
    return first.flops(positions, 1) + others.flops(positions, depths - 1);
  }
}
