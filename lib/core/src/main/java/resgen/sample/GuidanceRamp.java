package resgen.sample;

/**
 * The weight w of classifier-free guidance, {@code x = x_c + w·(x_c − x_u)} on the hidden state: it
 * goes linearly over the steps from start to end. Zero is no guidance.
 *
 * @param start weight in the first step
 * @param end weight in the last step
 */
public record GuidanceRamp(double start, double end) {

  public GuidanceRamp {
    if (!(start >= 0 && end >= 0) || Double.isInfinite(start) || Double.isInfinite(end)) {
      throw new IllegalArgumentException(
          "guidance goes from " + start + " to " + end + ", both must be finite and at least 0");
    }
  }

  /** No guidance: one network evaluation per step instead of two. */
  public static GuidanceRamp none() {
    return new GuidanceRamp(0, 0);
  }

  /** Whether every weight is zero. */
  public boolean isNone() {
    return start == 0 && end == 0;
  }

  /** The weight at step {@code t} of 1..{@code steps}; a single step has the end weight. */
  public double at(int t, int steps) {
    if (t < 1 || t > steps) {
      throw new IllegalArgumentException("step " + t + " of " + steps + ", expected 1..steps");
    }
    return t == steps ? end : start + (end - start) * (t - 1) / (steps - 1);
  }
}
