package resgen.train;

import java.util.Map;

/** Training came upon a number that is not finite and stopped before it could spoil the weights. */
public final class NonFiniteLossException extends RuntimeException {

  private static final long serialVersionUID = 1;

  /** For a part of the loss at a step; {@code others} are that step's other numbers. */
  public NonFiniteLossException(long step, String part, double value, Map<String, Double> others) {
    super(
        "training stopped at step %d: %s is %s (this step's other numbers: %s). A lower learning rate, a longer warm-up or fp32 may help; the last checkpoint is as it was"
            .formatted(step, part, value, others));
  }
}
