/** Speed and memory: what is timed, how it is timed, and what the numbers are compared with. */
package resgen.bench;
