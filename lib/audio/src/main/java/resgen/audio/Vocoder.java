package resgen.audio;

/** Sound of log-mel spectrograms. */
public interface Vocoder extends AutoCloseable {

  /** The settings that spectrograms must have. */
  MelSettings mel();

  /**
   * The sound of a spectrogram, (frames − 1)·hop samples long, at least one.
   *
   * @param seed of what is random in it
   * @param sample its index, so that each of many is the same in whatever order they are made
   * @throws IllegalArgumentException if the spectrogram has other settings
   */
  Clip clip(LogMel mel, long seed, int sample);

  @Override
  void close();
}
