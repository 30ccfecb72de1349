package resgen.audio;

/**
 * A log-mel spectrogram that a loss is measured on, over all frequencies.
 *
 * @param mels bands
 * @param window samples, a power of two; the hop is a quarter of it
 */
public record MelScale(int mels, int window) {

  /** Its spectrograms at a rate in Hz. */
  public MelSettings settings(int rate) {
    return new MelSettings(rate, window, window, window / 4, mels, 0, rate / 2.0, 1e-5);
  }
}
