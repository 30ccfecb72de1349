/**
 * Masking of residual tokens: schedules, the laws by which masks are drawn and tokens revealed, and
 * the plan of the unmasking steps.
 */
package resgen.mask;
