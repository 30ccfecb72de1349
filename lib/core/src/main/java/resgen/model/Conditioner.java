package resgen.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import resgen.token.Condition;

/** Embeds conditions, with a learned embedding for none. */
public interface Conditioner {

  /** Whether a condition also goes into a network's input. */
  enum Input {
    /** Only into the modulation. */
    NONE,
    /** It is added to the input of every position. */
    ADDED,
    /** It is the input of the first position; what differs between positions is added to each. */
    START
  }

  /**
   * Conditions as the network reads them.
   *
   * @param modulation {@code [B, W]} or {@code [B, L, W]}
   * @param input {@code [B, W]} or {@code [B, L, W]}; null if it does not go there
   */
  record Embedded(NDArray modulation, NDArray input) {}

  /**
   * Conditions as arrays on the device, the first axis that of the samples.
   *
   * @throws IllegalArgumentException if they are not of this kind
   */
  NDList upload(NDManager manager, Condition condition);

  /**
   * The same with some replaced by none.
   *
   * @param where true where there is none, bool {@code [B]}
   */
  NDList without(NDList conditions, NDArray where);

  /** None, as often as there are conditions. */
  NDList none(NDList conditions);

  /** Embeds what {@link #upload} has made. */
  Embedded apply(NDList conditions);
}
