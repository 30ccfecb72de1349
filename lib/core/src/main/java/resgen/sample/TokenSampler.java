package resgen.sample;

import java.util.List;
import java.util.function.IntConsumer;
import resgen.data.Labels;
import resgen.rvq.Codes;

/** Draws the tokens of samples from one model by one way of sampling. */
public interface TokenSampler {

  /**
   * What sampling gave.
   *
   * @param codes of the samples that were finished
   * @param calls network calls per sample, one after another
   * @param trajectories how each was made; empty unless asked for
   * @param interrupted whether the thread was interrupted before all samples were finished
   */
  record Result(Codes codes, int calls, List<Trajectory> trajectories, boolean interrupted) {}

  /**
   * Samples.
   *
   * @param labels a class, or the null class, for each
   * @param first the index of the first sample, from which its noise follows
   * @param progress told after each batch how many samples are finished
   * @throws IllegalArgumentException naming a class that there is not
   */
  Result sample(Labels labels, long first, IntConsumer progress);

  /** {@link #sample(Labels, long, IntConsumer)} that tells nobody. */
  default Result sample(Labels labels, long first) {
    return sample(labels, first, finished -> {});
  }

  /** What a sample costs. */
  CostModel cost();
}
