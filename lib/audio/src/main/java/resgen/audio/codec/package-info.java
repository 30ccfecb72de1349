/** Codecs of speech: log-mel spectrograms to residual tokens and back. */
package resgen.audio.codec;
