/** The command line: one class a command, and the few parts that they share. */
package resgen.cli;
