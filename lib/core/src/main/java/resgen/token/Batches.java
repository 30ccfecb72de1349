package resgen.token;

import java.util.ArrayList;
import java.util.List;
import resgen.noise.Noise;

/**
 * Which images are in which training step, as a function of (seed, step) alone: training resumed at
 * step n needs no replay.
 *
 * <p>Every epoch is a new random order of all images; batches run on from one epoch into the next,
 * so each image comes exactly once per epoch and none is dropped.
 */
public final class Batches {
  private final int size;
  private final int batchSize;
  private final Noise order;
  private long cachedEpoch = -1;
  private int[] cachedOrder;

  private Batches(int size, int batchSize, long seed) {
    this.size = size;
    this.batchSize = batchSize;
    this.order = Noise.of(seed).fork("batch order");
  }

  /**
   * The batches of a data set.
   *
   * @param size images in the set, at least 1
   * @param batchSize images per step, at least 1; may exceed the size
   * @param seed any number
   */
  public static Batches of(int size, int batchSize, long seed) {
    checkSizes(size, batchSize);
    return new Batches(size, batchSize, seed);
  }

  /** All images once, in their own order, the last batch possibly smaller: for evaluation. */
  public static List<int[]> inOrder(int size, int batchSize) {
    checkSizes(size, batchSize);
    List<int[]> batches = new ArrayList<>();
    for (int from = 0; from < size; from += batchSize) {
      int[] batch = new int[Math.min(batchSize, size - from)];
      for (int i = 0; i < batch.length; i++) {
        batch[i] = from + i;
      }
      batches.add(batch);
    }
    return batches;
  }

  /**
   * The images of a step.
   *
   * @param step counted from 0
   * @return {@code batchSize} indices into the data set
   */
  public synchronized int[] indices(long step) {
    if (step < 0) {
      throw new IllegalArgumentException("step must be 0 or above, not " + step);
    }
    int[] indices = new int[batchSize];
    long first = Math.multiplyExact(step, (long) batchSize);
    for (int i = 0; i < batchSize; i++) {
      long position = first + i;
      indices[i] = order(position / size)[(int) (position % size)];
    }
    return indices;
  }

  private int[] order(long epoch) {
    if (epoch != cachedEpoch) {
      cachedOrder = order.stream(epoch).permutation(size);
      cachedEpoch = epoch;
    }
    return cachedOrder;
  }

  private static void checkSizes(int size, int batchSize) {
    if (size < 1 || batchSize < 1) {
      throw new IllegalArgumentException(
          "size and batch size must be at least 1: " + size + ", " + batchSize);
    }
  }
}
