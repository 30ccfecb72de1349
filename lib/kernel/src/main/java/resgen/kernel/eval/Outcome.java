package resgen.kernel.eval;

/**
 * What a cell came to.
 *
 * @param value the value to show, or null for none
 * @param error why it failed, or null
 */
public record Outcome(Object value, CellError error) {
  /** A cell that ran and has this value, or null for none. */
  public static Outcome of(Object value) {
    return new Outcome(value, null);
  }

  /** A cell that failed. */
  public static Outcome failed(CellError error) {
    return new Outcome(null, error);
  }

  /** Whether all of the cell ran. */
  public boolean ok() {
    return error == null;
  }
}
