package resgen.model;

import resgen.settings.Range;

/**
 * How masks and classes enter.
 *
 * @param stateWidth width of one depth's visible/masked embedding; they are concatenated
 * @param state where the mask state goes
 * @param positions whether a learned vector per position is added; without it rotary positions
 *     alone cannot tell positions apart while all tokens are masked
 * @param classInInput whether the class is also added to the input
 * @param classDrop how often training replaces the class by the null class
 */
public record Conditioning(
    int stateWidth, State state, boolean positions, boolean classInInput, double classDrop) {

  /** Where the mask state goes. */
  public enum State {
    /** Through a linear layer into the input. */
    INPUT,
    /** Through a linear layer into the shared modulation, per position. */
    MODULATION
  }

  public Conditioning {
    Range.check("stateWidth", stateWidth, 1, 65_536);
    TokenShape.checkClassDrop(classDrop);
  }

  /**
   * State into the shared modulation, learned positions, class dropped in a tenth of the samples.
   */
  public static Conditioning paper() {
    return new Conditioning(16, State.MODULATION, true, false, 0.1);
  }

  /** State into the input, learned positions, class dropped in a tenth of the samples. */
  public static Conditioning usual() {
    return new Conditioning(16, State.INPUT, true, true, 0.1);
  }
}
