package resgen.audio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a sound file holds.
 *
 * @param channels samples of each, all of one length, full scale at ±1
 * @param rate samples a second
 * @param format in words
 */
public record AudioFile(float[][] channels, int rate, String format) {

  private static final int MOST_CHANNELS = 8;
  private static final double CLIPPED_SHARE = 0.001;
  private static final double QUIET_PEAK = 0.01; // -40 dB

  /** Checks shape and samples. */
  public AudioFile {
    checkShape(channels.length, rate);
    if (channels[0].length == 0) {
      throw new IllegalArgumentException("it has 0 samples");
    }
    boolean varies = false;
    for (int c = 0; c < channels.length; c++) {
      for (int i = 0; i < channels[c].length; i++) {
        if (!Float.isFinite(channels[c][i])) {
          throw new IllegalArgumentException(
              "sample %d of channel %d is %s, not finite".formatted(i, c + 1, channels[c][i]));
        }
        varies |= channels[c][i] != channels[c][0];
      }
    }
    if (!varies) {
      throw new IllegalArgumentException(
          "there is no sound in it: every sample is " + channels[0][0]);
    }
  }

  static void checkShape(int channels, int rate) {
    if (channels < 1 || channels > MOST_CHANNELS) {
      throw new IllegalArgumentException(
          "it has %d channels, not 1 … %d".formatted(channels, MOST_CHANNELS));
    }
    if (rate < 1000 || rate > 384_000) {
      throw new IllegalArgumentException(
          "its rate is %s Hz, not in 1000 … 384000".formatted(Integer.toUnsignedString(rate)));
    }
  }

  /**
   * Reads a WAV or FLAC file, whatever its name.
   *
   * @throws IllegalArgumentException naming the file and what is wrong with it
   * @throws UncheckedIOException if it cannot be read at all
   */
  public static AudioFile read(Path path) {
    byte[] bytes;
    try {
      bytes = Files.readAllBytes(path);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + path + ": " + e.getMessage(), e);
    } catch (OutOfMemoryError e) {
      throw new IllegalArgumentException(path + ": too large to be read at once", e);
    }
    try {
      return of(bytes);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(path + ": " + e.getMessage(), e);
    }
  }

  /**
   * Reads the bytes of a WAV or FLAC file.
   *
   * @throws IllegalArgumentException saying what is wrong with them
   */
  public static AudioFile of(byte[] bytes) {
    if (Wav.is(bytes)) {
      return Wav.read(bytes);
    } else if (Flac.is(bytes)) {
      return Flac.read(bytes);
    }
    throw new IllegalArgumentException(
        bytes.length == 0 ? "an empty file" : "neither a WAV nor a FLAC file, by its first bytes");
  }

  /** One clip, the mean of the channels. */
  public Clip clip() {
    float[] mean = new float[channels[0].length];
    for (int i = 0; i < mean.length; i++) {
      double sum = 0;
      for (float[] channel : channels) {
        sum += channel[i];
      }
      mean[i] = (float) (sum / channels.length);
    }
    return Clip.of(mean, rate);
  }

  /**
   * What a user should know of it, in words; often nothing.
   *
   * @param wanted the rate to which it will be resampled
   */
  public List<String> remarks(int wanted) {
    List<String> said = new ArrayList<>();
    if (rate != wanted) {
      said.add("resampled from %,d to %,d Hz".formatted(rate, wanted));
    }
    if (channels.length > 1) {
      said.add("the mean of its " + channels.length + " channels");
    }
    Clip clip = clip();
    double peak = clip.peak();
    int full = 0;
    for (int i = 0; i < clip.length(); i++) {
      full += Math.abs(clip.get(i)) >= 0.999 ? 1 : 0;
    }
    if (full > CLIPPED_SHARE * clip.length()) {
      said.add(
          "clipped: %.1f %% of its samples at full scale".formatted(100.0 * full / clip.length()));
    }
    if (peak < QUIET_PEAK) {
      said.add("very quiet: its peak is %.0f dB".formatted(20 * Math.log10(peak)));
    }
    return said;
  }
}
