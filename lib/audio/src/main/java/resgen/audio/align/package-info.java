/** Text and where in the sound it is said: bytes, monotonic alignment, durations. */
package resgen.audio.align;
