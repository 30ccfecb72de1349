package resgen.lab.study;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import resgen.Generator;
import resgen.lab.bench.Stopwatch;
import resgen.sample.Sampling;
import resgen.token.Labels;

/**
 * What one sample takes, in batches of a fixed size: the median of a few rounds after one that is
 * dropped.
 *
 * @param wall seconds on the wall clock, which other programs lengthen
 * @param cpu seconds of processors
 */
record SampleTime(double wall, double cpu) {

  private static final int BATCH = 64;
  private static final int ROUNDS = 3;

  /**
   * Times a model.
   *
   * @throws CancellationException if interrupted
   */
  static SampleTime of(Generator model, Sampling sampling) {
    Labels labels = Labels.cycle(BATCH, model.spec().classes());
    Sampling batch = sampling.batchSize(BATCH);
    Stopwatch watch = Stopwatch.standard();
    double[] wall = new double[ROUNDS];
    double[] cpu = new double[ROUNDS];
    for (int round = -1; round < ROUNDS; round++) {
      Stopwatch.Elapsed taken = watch.time(() -> draw(model, labels, batch)).over(BATCH);
      if (round >= 0) {
        wall[round] = taken.wall();
        cpu[round] = taken.cpu();
      }
    }
    return new SampleTime(median(wall), median(cpu));
  }

  /** Draws samples to be timed. */
  static void draw(Generator model, Labels labels, Sampling batch) {
    if (model.sample(labels, batch).interrupted()) {
      throw new CancellationException("interrupted while samples were timed");
    }
  }

  private static double median(double[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
