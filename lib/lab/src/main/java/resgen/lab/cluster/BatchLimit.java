package resgen.lab.cluster;

import java.util.function.IntConsumer;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many samples a device holds at once: what is known of its free memory, and half of it after
 * each time that the memory did not suffice. What was found stands for the rest of the process.
 */
public final class BatchLimit {

  private static final Logger LOG = LoggerFactory.getLogger(BatchLimit.class);
  private static final Pattern NO_MEMORY =
      Pattern.compile("(?i)out of memory|not enough memory|cannot allocate|alloc_cpu");

  private int most;

  /** A limit. */
  public BatchLimit(int most) {
    if (most < 1) {
      throw new IllegalArgumentException("batch limit " + most + " is less than 1");
    }
    this.most = most;
  }

  /** None, until memory fails. */
  public static BatchLimit none() {
    return new BatchLimit(Integer.MAX_VALUE);
  }

  /**
   * By the memory that is free, of which a fifth is left for the allocator.
   *
   * @param free bytes
   * @param each bytes that a sample takes, as {@code resgen bench memory} measures them
   */
  public static BatchLimit of(long free, long each) {
    return new BatchLimit((int) Math.max(1, Math.min(Integer.MAX_VALUE, free / 5 * 4 / each)));
  }

  /** How many at once, of so many wanted. */
  public int of(int wanted) {
    return Math.min(most, wanted);
  }

  /**
   * Works through {@code wanted} samples at once, or fewer at a time if memory does not suffice for
   * so many. The work is done from the beginning each time.
   *
   * @param work is given how many at once
   * @return how many at once did
   * @throws IllegalStateException if memory does not suffice for a single sample
   */
  public int run(int wanted, IntConsumer work) {
    while (true) {
      int size = of(wanted);
      try {
        work.accept(size);
        return size;
      } catch (RuntimeException | OutOfMemoryError e) {
        if (!noMemory(e)) {
          throw e;
        }
        if (size == 1) {
          throw new IllegalStateException("memory does not suffice for one sample", e);
        }
        most = size / 2;
        LOG.warn(
            "memory did not suffice for {} samples at once; {} from now on, whose numbers may"
                + " differ in the last digit",
            size,
            most);
        System.gc(); // arrays that the failed batch has left are freed with their Java halves
      }
    }
  }

  private static boolean noMemory(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof OutOfMemoryError
          || at.getMessage() != null && NO_MEMORY.matcher(at.getMessage()).find()) {
        return true;
      }
    }
    return false;
  }
}
