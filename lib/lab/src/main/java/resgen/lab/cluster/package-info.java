/**
 * Work that other machines do: samples in blocks and the seam by which a cluster is found. What is
 * sent is plain data, and the same blocks give the same numbers wherever and in whatever order they
 * are made.
 */
package resgen.lab.cluster;
