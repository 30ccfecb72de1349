package resgen.nn;

import resgen.settings.Range;

/**
 * Which samples of a training batch are computed at once. Dropout is drawn for the whole batch, so
 * that the parts of one drop what the batch in one part would.
 *
 * @param from the first of them
 * @param batch samples of the whole batch; 0 where nothing is dropped
 */
public record BatchPart(int from, int batch) {

  /** Samples that nothing is dropped of. */
  public static final BatchPart NOT_TRAINED = new BatchPart(0, 0);

  public BatchPart {
    Range.check("from", from, 0, Integer.MAX_VALUE);
    Range.check("batch", batch, 0, Integer.MAX_VALUE);
  }

  /**
   * A batch in one part, or samples that nothing is dropped of.
   *
   * @param training whether dropout applies
   */
  public static BatchPart whole(long samples, boolean training) {
    return training ? new BatchPart(0, Math.toIntExact(samples)) : NOT_TRAINED;
  }
}
