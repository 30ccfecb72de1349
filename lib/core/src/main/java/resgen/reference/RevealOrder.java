package resgen.reference;

import java.util.Arrays;
import resgen.noise.Noise;

/**
 * Plain Java form of {@link resgen.mask.Reveal}: which masked tokens a sampling step reveals
 * (paper, Section 3.3 and Algorithm 2).
 *
 * <p>{@link #RANDOM} draws them from the hypergeometric posterior. The others are three readings of
 * the paper's confidence, the log-density of the residual that enters a depth under {@code
 * N(e(x_ij; j), σ_j²I)}. Its terms are summed over the masked depths of a position, from coarse to
 * fine; τ times a Gumbel variable is added per token; the tokens with the largest scores are
 * counted per position, and that many are revealed there from the coarse side. So what is visible
 * stays a prefix, whatever the scores.
 */
public enum RevealOrder {
  /** Hypergeometric over the masked tokens, no confidence. */
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

  /**
   * The log-term of one token.
   *
   * @param squaredDistance {@code ‖residual − e‖²}, the squared norm of what is left after the
   *     depth
   * @param sigma σ_j, the standard deviation at this depth, positive
   * @param codeDim H
   * @param logNormalizer {@code log Σ_v exp(−‖residual − e(v; j)‖²/(2σ_j²))}; used by {@link
   *     #POSTERIOR} only
   */
  public double term(double squaredDistance, double sigma, int codeDim, double logNormalizer) {
    if (!(sigma > 0)) {
      throw new IllegalArgumentException("sigma is " + sigma + ", must be positive");
    }
    double distance = -squaredDistance / (2 * sigma * sigma);
    return switch (this) {
      case RANDOM -> 0;
      case DISTANCE -> distance;
      case DENSITY -> distance - 0.5 * codeDim * Math.log(2 * Math.PI * sigma * sigma);
      case POSTERIOR -> distance - logNormalizer;
    };
  }

  /**
   * The log-terms of one sample.
   *
   * @param squaredDistances flattened {@code [L, D]}
   * @param sigma σ per depth, {@code [D]}
   * @param codeDim H
   * @param logNormalizers flattened {@code [L, D]}, for {@link #POSTERIOR}; otherwise ignored, may
   *     be null
   * @return flattened {@code [L, D]}
   */
  public float[] terms(
      float[] squaredDistances, double[] sigma, int codeDim, float[] logNormalizers) {
    if (squaredDistances.length % sigma.length != 0) {
      throw new IllegalArgumentException(
          squaredDistances.length + " distances do not divide into " + sigma.length + " depths");
    }
    if (this == POSTERIOR
        && (logNormalizers == null || logNormalizers.length != squaredDistances.length)) {
      throw new IllegalArgumentException("POSTERIOR needs one log-normalizer per distance");
    }
    float[] terms = new float[squaredDistances.length];
    for (int s = 0; s < terms.length; s++) {
      double normalizer = this == POSTERIOR ? logNormalizers[s] : 0;
      terms[s] = (float) term(squaredDistances[s], sigma[s % sigma.length], codeDim, normalizer);
    }
    return terms;
  }

  /**
   * Cumulative scores without noise: at a masked token the sum of the terms of the masked depths up
   * to it, at a visible one negative infinity.
   *
   * @param visible visible depths per position, {@code [L]}
   * @param terms flattened {@code [L, D]}; entries of visible tokens are not read
   * @return flattened {@code [L, D]}
   */
  public static double[] scores(int[] visible, int depths, float[] terms) {
    if (terms.length != visible.length * depths) {
      throw new IllegalArgumentException(
          terms.length + " terms for " + visible.length + " positions of " + depths + " depths");
    }
    double[] scores = new double[terms.length];
    Arrays.fill(scores, Double.NEGATIVE_INFINITY);
    for (int i = 0; i < visible.length; i++) {
      double sum = 0;
      for (int j = visible[i]; j < depths; j++) {
        sum += terms[i * depths + j];
        // An overflowing distance is the least confident one, not a token that cannot be chosen.
        scores[i * depths + j] = Math.max(sum, -Double.MAX_VALUE);
      }
    }
    return scores;
  }

  /**
   * Chooses what one step reveals in one sample where any token may be visible, whatever the depths
   * above it: exactly the tokens with the largest scores.
   *
   * @param shown visible tokens, flattened {@code [L, D]}, not changed
   * @param depths D
   * @param terms flattened {@code [L, D]}; ignored by {@link #RANDOM}
   * @param maskedAfter how many tokens stay masked, at most as many as are masked now
   * @param temperature τ, the factor of the Gumbel noise, at least 0
   * @param noise the stream of this sample and step
   * @return true at the tokens to reveal, flattened {@code [L, D]}
   */
  public boolean[] anywhere(
      boolean[] shown,
      int depths,
      float[] terms,
      int maskedAfter,
      double temperature,
      Noise.Stream noise) {
    double[] scores = new double[shown.length];
    int masked = 0;
    double sum = 0;
    for (int s = 0; s < scores.length; s++) {
      sum = s % depths == 0 ? 0 : sum;
      double random = this == RANDOM ? noise.nextDouble() : temperature * noise.gumbel();
      if (shown[s]) {
        scores[s] = Double.NEGATIVE_INFINITY;
      } else {
        sum += this == RANDOM ? 0 : terms[s];
        scores[s] = Math.max(sum, -Double.MAX_VALUE) + random;
        masked++;
      }
    }
    return TopSlots.largest(scores, masked - maskedAfter);
  }

  /**
   * Chooses what one step reveals in one sample.
   *
   * @param visible visible depths per position, {@code [L]}, not changed
   * @param depths D
   * @param terms flattened {@code [L, D]} as {@link #terms} gives them; ignored by {@link #RANDOM}
   * @param maskedAfter how many tokens stay masked, at most as many as are masked now
   * @param temperature τ, the factor of the Gumbel noise, at least 0
   * @param noise the stream of this sample and step
   * @return visible depths per position after the step, {@code [L]}, none below its old value
   * @throws IllegalArgumentException when {@code maskedAfter} is out of range or a term is NaN
   */
  public int[] next(
      int[] visible,
      int depths,
      float[] terms,
      int maskedAfter,
      double temperature,
      Noise.Stream noise) {
    DepthMask mask = DepthMask.ofVisible(visible, depths);
    int reveal = mask.totalMasked() - maskedAfter;
    if (maskedAfter < 0 || reveal < 0) {
      throw new IllegalArgumentException(
          "cannot leave " + maskedAfter + " masked of the " + mask.totalMasked() + " masked now");
    }
    if (!(temperature >= 0)) {
      throw new IllegalArgumentException("temperature is " + temperature + ", must be at least 0");
    }
    int[] next = visible.clone();
    double[] scores = new double[visible.length * depths];
    for (int s = 0; this == RANDOM && s < scores.length; s++) {
      double random = noise.nextDouble();
      scores[s] = mask.isVisible(s / depths, s % depths) ? Double.NEGATIVE_INFINITY : random;
    }
    if (this != RANDOM) {
      scores = scores(visible, depths, terms);
    }
    for (int s = 0; this != RANDOM && s < scores.length && temperature > 0; s++) {
      // Drawn for visible tokens too, so that a token's noise does not depend on the others.
      scores[s] += temperature * noise.gumbel();
    }
    boolean[] chosen = TopSlots.largest(scores, reveal);
    for (int s = 0; s < chosen.length; s++) {
      next[s / depths] += chosen[s] ? 1 : 0;
    }
    return next;
  }
}
