package resgen.sample;

import java.util.List;
import resgen.token.Codes;
import resgen.token.Labels;

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

  /** Told what is finished, batch by batch, on the thread that samples. */
  @FunctionalInterface
  interface Listener {

    /**
     * A batch is finished.
     *
     * @param done how many samples there are with it
     * @param codes of this batch's samples
     */
    void finished(int done, Codes codes);
  }

  /**
   * Samples.
   *
   * @param labels a class, or the null class, for each
   * @param first the index of the first sample, from which its noise follows
   * @param listener told after each batch with its codes
   * @throws IllegalArgumentException naming a class that there is not
   */
  Result sample(Labels labels, long first, Listener listener);

  /** {@link #sample(Labels, long, Listener)} that tells nobody. */
  default Result sample(Labels labels, long first) {
    return sample(labels, first, (done, codes) -> {});
  }

  /** What a sample costs. */
  CostModel cost();
}
