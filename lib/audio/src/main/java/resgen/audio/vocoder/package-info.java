/** Trained vocoders: sound of spectrograms in one pass. */
package resgen.audio.vocoder;
