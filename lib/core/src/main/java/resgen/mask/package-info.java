/**
 * Masking of residual tokens: schedules, the hypergeometric split over positions, masks that hide
 * the deepest levels of a position, and the plan of the unmasking steps.
 */
package resgen.mask;
