/**
 * Measuring: moments, Fréchet and kernel distance, precision and recall, class accuracy,
 * wall-clock, and the protocol that stands beside every number.
 */
package resgen.eval;
