/**
 * The method's formulas as plain NDArray operations, one by one and without kernels: what tests and
 * benchmarks compare with, and the place to read an equation. Every method is named by its equation
 * in the paper; shapes are as in the paper, batches first.
 */
package resgen.reference;
