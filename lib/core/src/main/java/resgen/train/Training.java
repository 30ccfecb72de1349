package resgen.train;

/**
 * Settings of a training run.
 *
 * @param steps optimizer steps in all
 * @param batch samples per optimizer step
 * @param accumulate parts that a batch is cut into; memory falls, the result stays (up to the order
 *     of float sums), dropout included
 * @param optimizer AdamW's settings
 * @param rate how the learning rate goes
 * @param emaDecay the averages' decay
 * @param seed of everything random
 * @param every how often what is written
 */
public record Training(
    long steps,
    int batch,
    int accumulate,
    AdamW.Settings optimizer,
    Rate rate,
    double emaDecay,
    long seed,
    Every every) {

  /**
   * Intervals in steps.
   *
   * @param log a row of metrics, averaged over the interval
   * @param checkpoint the last checkpoint
   * @param validate validation with the averaged weights, and the best checkpoint; 0 for never
   */
  public record Every(long log, long checkpoint, long validate) {
    public Every {
      if (log < 1 || checkpoint < 1 || validate < 0) {
        throw new IllegalArgumentException(
            "intervals log %d, checkpoint %d must be at least 1 step and validate %d at least 0"
                .formatted(log, checkpoint, validate));
      }
    }
  }

  public Training {
    if (steps < 1) {
      throw new IllegalArgumentException("steps " + steps + " must be at least 1");
    }
    if (batch < 1 || accumulate < 1 || batch % accumulate != 0) {
      throw new IllegalArgumentException(
          "batch " + batch + " must be at least 1 and a multiple of accumulate " + accumulate);
    }
    if (!(emaDecay >= 0 && emaDecay < 1)) {
      throw new IllegalArgumentException("emaDecay " + emaDecay + " is not in [0, 1)");
    }
  }

  /** A run with the usual settings: batch 64, AdamW 1e-3 with a warm-up and a cosine. */
  public static Training steps(long steps) {
    return new Training(
        steps,
        64,
        1,
        AdamW.Settings.of(1e-3),
        Rate.cosine(Math.min(500, Math.max(1, steps / 20))),
        0.999,
        0,
        new Every(50, 500, 1000));
  }

  /** With another batch size. */
  public Training batch(int samples) {
    return new Training(steps, samples, accumulate, optimizer, rate, emaDecay, seed, every);
  }

  /** With the batch cut into parts. */
  public Training accumulate(int parts) {
    return new Training(steps, batch, parts, optimizer, rate, emaDecay, seed, every);
  }

  /** With another peak learning rate. */
  public Training learningRate(double peak) {
    AdamW.Settings o = optimizer;
    return optimizer(
        new AdamW.Settings(peak, o.beta1(), o.beta2(), o.epsilon(), o.weightDecay(), o.clip()));
  }

  /** With other optimizer settings. */
  public Training optimizer(AdamW.Settings settings) {
    return new Training(steps, batch, accumulate, settings, rate, emaDecay, seed, every);
  }

  /** With another course of the learning rate. */
  public Training rate(Rate course) {
    return new Training(steps, batch, accumulate, optimizer, course, emaDecay, seed, every);
  }

  /** With another decay of the averages. */
  public Training emaDecay(double decay) {
    return new Training(steps, batch, accumulate, optimizer, rate, decay, seed, every);
  }

  /** With another seed. */
  public Training seed(long value) {
    return new Training(steps, batch, accumulate, optimizer, rate, emaDecay, value, every);
  }

  /** With other intervals. */
  public Training every(long log, long checkpoint, long validate) {
    return new Training(
        steps,
        batch,
        accumulate,
        optimizer,
        rate,
        emaDecay,
        seed,
        new Every(log, checkpoint, validate));
  }
}
