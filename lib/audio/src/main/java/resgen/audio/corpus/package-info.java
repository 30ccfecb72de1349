/** Speech to learn from: the corpus made on this machine, and folders of others. */
package resgen.audio.corpus;
