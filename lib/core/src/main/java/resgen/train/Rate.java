package resgen.train;

/**
 * How the learning rate goes over a run, as a multiple of its peak.
 *
 * @param shape after the warm-up
 * @param warmup steps of linear rise from 0
 * @param floor the multiple that cosine ends at, in [0, 1]
 */
public record Rate(Shape shape, long warmup, double floor) {

  /** What follows the warm-up. */
  public enum Shape {
    /** Stays at the peak. */
    CONSTANT,
    /** Falls along half a cosine to the floor at the last step. */
    COSINE
  }

  public Rate {
    if (warmup < 0) {
      throw new IllegalArgumentException("warmup " + warmup + " must be 0 or more steps");
    }
    if (!(floor >= 0 && floor <= 1)) {
      throw new IllegalArgumentException("floor " + floor + " is not in [0, 1]");
    }
  }

  /** A warm-up, then half a cosine to 1 % of the peak. */
  public static Rate cosine(long warmup) {
    return new Rate(Shape.COSINE, warmup, 0.01);
  }

  /** A warm-up, then the peak. */
  public static Rate constant(long warmup) {
    return new Rate(Shape.CONSTANT, warmup, 1);
  }

  /** The multiple at {@code step}, counted from 0, of a run of {@code steps}. */
  public double at(long step, long steps) {
    if (step < warmup) {
      return (step + 1.0) / warmup;
    }
    if (shape == Shape.CONSTANT) {
      return 1;
    }
    double done = Math.min(1, (step - warmup) / Math.max(1.0, steps - warmup));
    return floor + (1 - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
  }
}
