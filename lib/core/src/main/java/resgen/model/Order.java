package resgen.model;

import resgen.mask.MaskLaw;
import resgen.settings.Range;

/** In which order a generator makes positions. */
public sealed interface Order {

  /**
   * Any order: everything starts masked and is revealed step by step (paper, Algorithm 2).
   *
   * @param masks which tokens are masked in training and revealed first in sampling
   * @param stateWidth width of one depth's visible/masked embedding; they are concatenated
   * @param state where this mask state goes
   * @param positions whether a learned vector per position is added; without it rotary positions
   *     alone cannot tell positions apart while all tokens are masked
   * @param conditionInInput whether the condition is also added to the input
   */
  record Masked(
      MaskLaw masks, int stateWidth, State state, boolean positions, boolean conditionInInput)
      implements Order {
    public Masked {
      if (stateWidth < 1 || stateWidth > 1 << 16) {
        throw new IllegalArgumentException("stateWidth " + stateWidth + " must be 1 … 65536");
      }
    }

    /** State into the shared modulation, learned positions. */
    public static Masked paper() {
      return new Masked(MaskLaw.prefix(), 16, State.MODULATION, true, false);
    }

    /** State and condition into the input, learned positions. */
    public static Masked usual() {
      return new Masked(MaskLaw.prefix(), 16, State.INPUT, true, true);
    }

    /** With other masks. */
    public Masked masks(MaskLaw law) {
      return new Masked(law, stateWidth, state, positions, conditionInInput);
    }
  }

  /** One position after another. */
  record Causal() implements Order {}

  /**
   * The codes of the first depth one position after another, by a causal network; then depth after
   * depth, all positions of one in a call, by a bidirectional network (VALL-E, Wang et al. 2023).
   *
   * @param stateWidth of the second network, as of {@link Masked}
   */
  record Staged(int stateWidth) implements Order {
    public Staged {
      Range.check("stateWidth", stateWidth, 1, 1 << 16);
    }
  }

  /** Where the mask state goes. */
  enum State {
    /** Through a linear layer into the input. */
    INPUT,
    /** Through a linear layer into the shared modulation, per position. */
    MODULATION
  }
}
