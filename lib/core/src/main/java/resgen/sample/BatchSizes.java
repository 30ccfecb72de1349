package resgen.sample;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import resgen.torch.Torch;

/**
 * How many samples go through the network together: what the settings say; or by the memory of the
 * device, from what the first batch took. Where that is not enough after all, half as many, once.
 * The last batch takes a few of those before it rather than be of fewer than {@value #FEW}.
 */
final class BatchSizes {

  /** Samples of a batch on a CPU, and of the first one on a GPU. */
  static final int USUAL = 64;

  /** Products of fewer rows are summed in another order, which can decide a draw. */
  static final int FEW = 4;

  private static final int MOST = 4096; // more do not make a device faster
  private static final double SHARE = 0.8; // of the free memory; the rest is for what comes beside
  private static final Logger LOG = LoggerFactory.getLogger(BatchSizes.class);

  private final boolean measures;
  private final Memory memory;
  private int most;
  private long freeBefore;
  private boolean measured;
  private boolean halved;

  /** Memory of a device. */
  interface Memory {
    /** Bytes that are free, once what is kept for later use is given back. */
    long free();
  }

  /** Sizes by settings, on a device. */
  static BatchSizes of(int setting, Device device) {
    return new BatchSizes(
        setting, setting == Sampling.AUTO && device.isGpu(), () -> Torch.freeMemory(device));
  }

  BatchSizes(int setting, boolean measures, Memory memory) {
    this.measures = measures;
    this.memory = memory;
    most = setting == Sampling.AUTO ? USUAL : setting;
  }

  /**
   * The size of the next batch.
   *
   * @param left samples that are not made yet, at least 1
   */
  int next(int left) {
    if (measures && !measured && left > USUAL) {
      freeBefore = memory.free();
    }
    int parts = (left + most - 1) / most;
    int size = measures && measured ? (left + parts - 1) / parts : Math.min(left, most);
    int rest = left - size;
    return rest > 0 && rest < FEW && size >= 2 * FEW ? size - (FEW - rest) : size;
  }

  /** A batch was made. */
  void made(int size, int left, long freeNow) {
    if (!measures || measured || left == 0 || halved) {
      return;
    }
    measured = true;
    long each = Math.max(1, (freeBefore - freeNow) / size);
    double fit = SHARE * freeBefore / each;
    most = Math.max(1, (int) Math.min(MOST, fit));
    most = most > USUAL ? most / USUAL * USUAL : most;
    LOG.info(
        "batches of up to {}: {} MB a sample, {} MB free",
        most,
        each / 1_000_000,
        freeBefore / 1_000_000);
  }

  /** Whether the memory of the device is wanted after this batch. */
  boolean wantsMemory(int left) {
    return measures && !measured && left > 0;
  }

  /**
   * A batch failed: half its size from now on, if it was memory that was missing.
   *
   * @throws EngineException the failure, if it was another one or the second time
   */
  void failed(int size, EngineException e) {
    boolean memoryMissing = String.valueOf(e.getMessage()).contains("out of memory");
    if (!memoryMissing || halved || size == 1) {
      throw e;
    }
    halved = true;
    measured = true;
    most = size / 2;
    LOG.warn("{} samples at once do not fit into the device's memory; {} from now on", size, most);
  }
}
