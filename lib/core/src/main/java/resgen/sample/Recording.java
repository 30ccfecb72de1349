package resgen.sample;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.stream.Stream;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** Trajectories of the samples of a batch, read from the device step by step. */
final class Recording {

  private final TokenSpec shape;
  private final List<Trajectory.Recorder> recorders;

  /** A recording of so many samples, of which everything is masked. */
  Recording(int size, TokenSpec shape) {
    this.shape = shape;
    recorders =
        Stream.generate(() -> Trajectory.record(shape.positions(), shape.depth()))
            .limit(size)
            .toList();
  }

  /**
   * Adds a step.
   *
   * @param shown what is visible after it, of its k depths: bool {@code [B, L, k]}
   * @param terms how confident each proposal was, {@code [B, L, k]}; null if random
   */
  void add(Steps.Step step, NDArray shown, NDArray terms) {
    long[] after = Torch.counts(shown); // [B, L]
    float[] all = terms == null ? null : Torch.read(terms);
    int l = shape.positions();
    int k = step.depths();
    for (int i = 0; i < recorders.size(); i++) {
      int[] depths = new int[l];
      float[] of = all == null ? null : new float[shape.tokens()]; // of other depths nothing
      for (int p = 0; p < l; p++) {
        int row = i * l + p;
        depths[p] = step.first() + (int) after[row];
        if (of != null) {
          System.arraycopy(all, row * k, of, p * shape.depth() + step.first(), k);
        }
      }
      recorders.get(i).add(step.number(), depths, of);
    }
  }

  /** The trajectories. */
  List<Trajectory> done() {
    return recorders.stream().map(Trajectory.Recorder::done).toList();
  }
}
