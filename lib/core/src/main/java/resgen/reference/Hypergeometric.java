package resgen.reference;

import java.util.Arrays;
import resgen.noise.Noise;

/**
 * The multivariate hypergeometric law of how many tokens are drawn per position, without
 * replacement (paper, Section 3.1). The masking process is this law with different urns:
 *
 * <ul>
 *   <li>marginal: D balls at every position, {@code Π C(D, K_i) / C(LD, N)};
 *   <li>one forward step: the {@code D − K_i} tokens still visible;
 *   <li>posterior, one reverse step: the {@code K_i} tokens still masked.
 * </ul>
 */
public final class Hypergeometric {

  private Hypergeometric() {}

  /**
   * Draws {@code count} balls from urns holding {@code capacities[i]}: every ball gets a uniform
   * score, the largest are taken and counted per urn. Exact.
   *
   * @return the number drawn per urn, summing to {@code count}
   */
  public static int[] sample(int[] capacities, int count, Noise.Stream noise) {
    int total = total("capacities", capacities);
    if (count < 0 || count > total) {
      throw new IllegalArgumentException("cannot draw " + count + " of " + total);
    }
    double[] scores = new double[total];
    for (int s = 0; s < total; s++) {
      scores[s] = noise.nextDouble();
    }
    boolean[] chosen = TopSlots.largest(scores, count);
    int[] counts = new int[capacities.length];
    int slot = 0;
    for (int i = 0; i < capacities.length; i++) {
      for (int end = slot + capacities[i]; slot < end; slot++) {
        counts[i] += chosen[slot] ? 1 : 0;
      }
    }
    return counts;
  }

  /** A mask of {@code masked} tokens in all, drawn from the marginal law. */
  public static DepthMask mask(int positions, int depths, int masked, Noise.Stream noise) {
    int[] capacities = new int[positions];
    Arrays.fill(capacities, depths);
    return DepthMask.ofMasked(sample(capacities, masked, noise), depths);
  }

  /**
   * {@code log Π C(c_i, k_i) / C(Σc, Σk)}; negative infinity where some {@code k_i} does not fit.
   */
  public static double logProbability(int[] capacities, int[] counts) {
    if (capacities.length != counts.length) {
      throw new IllegalArgumentException(
          counts.length + " counts for " + capacities.length + " positions");
    }
    int total = total("capacities", capacities);
    double log = -logChoose(total, Arrays.stream(counts).sum());
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0 || counts[i] > capacities[i]) {
        return Double.NEGATIVE_INFINITY;
      }
      log += logChoose(capacities[i], counts[i]);
    }
    return log;
  }

  /** Marginal {@code q(K) = Π C(D, K_i) / C(LD, N)} of the masked counts. */
  public static double logMarginal(int[] masked, int depths) {
    int[] capacities = new int[masked.length];
    Arrays.fill(capacities, depths);
    return logProbability(capacities, masked);
  }

  /** Forward step {@code q(k | x_t) = Π C(D−K_i, k_i) / C(LD−N, n)}: k more become masked. */
  public static double logStep(DepthMask now, int[] newlyMasked) {
    return logProbability(now.visibleCounts(), newlyMasked);
  }

  /** Posterior {@code Π C(K_i, k_i) / C(N, n)}: k of the masked become visible. */
  public static double logPosterior(DepthMask now, int[] revealed) {
    return logProbability(now.maskedCounts(), revealed);
  }

  /** {@code log C(n, k)}, negative infinity outside 0..n. */
  static double logChoose(int n, int k) {
    if (k < 0 || k > n) {
      return Double.NEGATIVE_INFINITY;
    }
    int fewer = Math.min(k, n - k);
    double log = 0;
    for (int i = 1; i <= fewer; i++) {
      log += Math.log((double) (n - fewer + i) / i);
    }
    return log;
  }

  private static int total(String name, int[] counts) {
    int total = 0;
    for (int i = 0; i < counts.length; i++) {
      if (counts[i] < 0) {
        throw new IllegalArgumentException(name + "[" + i + "] is " + counts[i] + ", below 0");
      }
      total = Math.addExact(total, counts[i]);
    }
    return total;
  }
}
