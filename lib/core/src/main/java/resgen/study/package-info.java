/** Experiments and their figures: curves of training runs, trade-offs, pictures of unmasking. */
package resgen.study;
