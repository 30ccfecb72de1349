package resgen.head;

import resgen.settings.Range;

/**
 * How tokens are drawn. A mixture: filter its weights, pick a component, add its noise. Categorical
 * heads: sharpen, filter, pick a code.
 *
 * @param topP mass of the likeliest components or codes that are kept, in (0, 1]; 1 keeps all
 * @param noiseScale factor s of a component's own noise, {@code z = a·μ_v + b + a·s·ε}; mixtures
 *     only
 * @param temperature what the logits of codes are divided by, before the filter; categorical heads
 *     only
 */
public record Draw(double topP, double noiseScale, double temperature) {
  public Draw {
    Range.require(topP > 0 && topP <= 1, "topP", topP, "within (0, 1]");
    Range.require(
        noiseScale >= 0 && noiseScale < Double.POSITIVE_INFINITY,
        "noiseScale",
        noiseScale,
        "finite and at least 0");
    Range.require(
        temperature > 0 && temperature < Double.POSITIVE_INFINITY,
        "draw temperature",
        temperature,
        "finite and above 0");
  }
}
