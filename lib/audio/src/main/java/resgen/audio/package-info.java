/** Sound: clips and files, resampling, mel spectrograms and the way back. */
package resgen.audio;
