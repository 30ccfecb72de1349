/**
 * Images in: datasets and their readers, class labels, batches, and the counter-based noise that
 * everything random outside libtorch is drawn from.
 */
package resgen.data;
