package resgen.sample;

/**
 * What one sample costs, images not counted.
 *
 * @param networkCalls network calls that come one after another; conditional and unconditional
 *     halves of guidance are one call
 * @param flops floating-point operations of all matrix products, an addition and a multiplication
 *     counted as two; a head is counted at all positions in every call, although it is only used
 *     where tokens are masked. NaN if the head does not tell
 */
public record CostModel(int networkCalls, double flops) {}
