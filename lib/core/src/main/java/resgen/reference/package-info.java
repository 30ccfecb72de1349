/**
 * The method's formulas one by one and without kernels, as plain NDArray operations ({@code
 * Plain…}) or plain Java (masks, their laws, the order of revealing): what tests and benchmarks
 * compare with, and the place to read an equation. Shapes are as in the paper, batches first.
 */
package resgen.reference;
