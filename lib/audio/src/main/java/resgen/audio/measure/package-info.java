/** What speech is measured by: words, speakers, spectra, pitch. */
package resgen.audio.measure;
