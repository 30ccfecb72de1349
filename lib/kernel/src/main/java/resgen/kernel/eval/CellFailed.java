package resgen.kernel.eval;

/** Carries a nested cell's error out of a magic that runs code. */
public final class CellFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final transient CellError error;

  /** Wraps the error. */
  public CellFailed(CellError error) {
    super(error.name() + ": " + error.message());
    this.error = error;
  }

  /** The nested error. */
  public CellError error() {
    return error;
  }
}
