package resgen.mask;

/**
 * Which masked tokens a sampling step reveals (paper, section 3.3 and Algorithm 2): at random, or
 * by a reading of the paper's confidence, the log-density of the residual that enters a depth under
 * {@code N(e(x_ij; j), σ_j²I)}.
 *
 * <p>Its terms are summed over the masked depths of a position, from coarse to fine; τ times a
 * Gumbel variable is added per token. The tokens with the largest scores come first; what of a
 * position is revealed is for the {@link MaskLaw}. Categorical heads have one confidence, the
 * log-probability of the code, for every reading but the random one.
 */
public enum Reveal {
  /** Every masked token alike: hypergeometric over the positions. */
  RANDOM,
  /** {@code −‖residual − e‖²/(2σ_j²)}: the default, which never rises with depth. */
  DISTANCE,
  /** The full Gaussian log-density, {@code −(H/2)·log 2πσ_j²} added; it can rise with depth. */
  DENSITY,
  /** The log of the categorical posterior of the chosen code among all codes of its depth. */
  POSTERIOR;

  /** Whether confidence terms are needed. */
  public boolean usesConfidence() {
    return this != RANDOM;
  }
}
