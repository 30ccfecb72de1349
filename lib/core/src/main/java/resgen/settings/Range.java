package resgen.settings;

/**
 * Bounds of settings. Settings come from files and command lines too, so each whole number has a
 * most that no use reaches and that keeps sizes within what can be counted.
 */
public final class Range {

  private Range() {}

  /**
   * Checks that a setting is within its bounds, both included.
   *
   * @param name of the setting, for the error
   * @throws IllegalArgumentException naming setting, value and bounds
   */
  public static void check(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "%s %d is not in %d … %d".formatted(name, value, least, most));
    }
  }

  /**
   * Checks what a setting must be.
   *
   * @param holds whether it is
   * @param name of the setting, for the error
   * @param allowed what it must be, in words
   * @throws IllegalArgumentException naming setting, value and what is allowed
   */
  public static void require(boolean holds, String name, Object value, String allowed) {
    if (!holds) {
      throw new IllegalArgumentException(name + " " + value + " must be " + allowed);
    }
  }

  /**
   * Reads a number that must be finite and more than 0.
   *
   * @throws IllegalArgumentException with the text, if it is not
   */
  public static float positive(String text) {
    float value = Float.parseFloat(text);
    if (!(value > 0) || !Float.isFinite(value)) {
      throw new IllegalArgumentException(text + " is not finite and more than 0");
    }
    return value;
  }
}
