package resgen.kernel.eval;

/**
 * What a cell came to.
 *
 * @param value the value to show, or null for none
 * @param error why it failed, or null
 */
public record Outcome(Object value, CellError error) {
  static Outcome of(Object value) {
    return new Outcome(value, null);
  }

  static Outcome failed(CellError error) {
    return new Outcome(null, error);
  }

  /** Whether all of the cell ran. */
  public boolean ok() {
    return error == null;
  }
}
