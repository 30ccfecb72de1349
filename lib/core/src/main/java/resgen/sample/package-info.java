/**
 * Sampling: its settings, the guidance ramp, the choice of which tokens to reveal, and the recorded
 * trajectory of a sample.
 */
package resgen.sample;
