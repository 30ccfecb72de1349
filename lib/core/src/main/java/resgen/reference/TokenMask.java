package resgen.reference;

/**
 * Which tokens of one sample are visible: prefixes of depths at every position, or any tokens.
 * Depth 0 is the coarsest. Immutable.
 */
public sealed interface TokenMask permits DepthMask, FreeMask {

  /** L. */
  int positions();

  /** D. */
  int depths();

  /** Whether a token is visible, {@code m_ij = 1}. */
  boolean isVisible(int position, int depth);

  /** Masked tokens in all. */
  int totalMasked();

  /** The shallowest masked depth of a position; D if all are visible. */
  int shallowestMasked(int position);
}
