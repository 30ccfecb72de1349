package resgen.lab.cluster;

/**
 * There is no module for clusters, or what it needs is not installed; the message says what to do.
 */
public final class ClusterMissingException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  /** Says what is missing and what to do. */
  public ClusterMissingException(String message) {
    super(message);
  }
}
