package resgen.audio;

import resgen.settings.Json;
import resgen.settings.Range;

/**
 * How sound becomes a log-mel spectrogram. Codec, aligner, vocoder and metrics of one model share
 * one; its {@link #hash} is stored with everything that was trained on it.
 *
 * <p>Frames are centred on multiples of the hop, with reflection at the ends, under a periodic Hann
 * window; bands have Slaney's scale and area norm; a value is the natural logarithm of a band's
 * magnitude (power 1), at least of the floor.
 *
 * @param rate of the samples, in Hz
 * @param fft size of the transform, a power of two
 * @param window length of the Hann window in samples, at most {@code fft}
 * @param hop samples from frame to frame, at most half a window
 * @param mels M, how many bands
 * @param low lower edge of the first band, in Hz
 * @param high upper edge of the last band, in Hz, at most half the rate
 * @param floor the least magnitude of a band, more than 0
 */
public record MelSettings(
    int rate, int fft, int window, int hop, int mels, double low, double high, double floor) {

  public MelSettings {
    Range.check("rate", rate, 1000, 384_000);
    Range.check("fft", fft, 16, 65_536);
    if (Integer.bitCount(fft) != 1) {
      throw new IllegalArgumentException("fft " + fft + " is not a power of two");
    }
    Range.check("window", window, 4, fft);
    Range.check("hop", hop, 1, window / 2);
    Range.check("mels", mels, 1, fft / 2);
    if (!(low >= 0 && low < high && high <= rate / 2.0)) {
      throw new IllegalArgumentException(
          "bands from %s to %s Hz do not lie within 0 … %s Hz".formatted(low, high, rate / 2.0));
    }
    if (!(floor > 0 && floor < 1)) {
      throw new IllegalArgumentException("floor " + floor + " is not in (0, 1)");
    }
  }

  /** 16 kHz, 80 bands, 80 frames a second. */
  public static MelSettings small() {
    return new MelSettings(16_000, 1024, 800, 200, 80, 0, 8000, 1e-5);
  }

  /** 22.05 kHz, 80 bands to 8 kHz, 86.1 frames a second, as Glow-TTS and CLaM-TTS have them. */
  public static MelSettings paper() {
    return new MelSettings(22_050, 1024, 1024, 256, 80, 0, 8000, 1e-5);
  }

  /** K, the transform's bins. */
  public int bins() {
    return fft / 2 + 1;
  }

  /** Frames a second. */
  public double frameRate() {
    return rate / (double) hop;
  }

  /** How many frames so many samples have. */
  public int frames(int samples) {
    return 1 + samples / hop;
  }

  /** 12 hexadecimal digits, equal if and only if the settings are. */
  public String hash() {
    return Json.hash(this);
  }

  /**
   * Refuses what was made with other settings.
   *
   * @param what it is, as "the vocoder"
   * @throws IllegalArgumentException naming both
   */
  public void requireSame(String what, MelSettings other) {
    if (!equals(other)) {
      throw new IllegalArgumentException(
          "%s has the mel settings %s (%s), not %s (%s)"
              .formatted(what, other.hash(), other, hash(), this));
    }
  }

  /**
   * The bands' weights, {@code [M, K]} in row order: triangles on Slaney's mel scale, linear below
   * 1 kHz and logarithmic above, each divided by half its width in Hz.
   */
  public double[] basis() {
    double[] edges = new double[mels + 2];
    double from = mel(low);
    double to = mel(high);
    for (int i = 0; i < edges.length; i++) {
      edges[i] = hertz(from + (to - from) * i / (mels + 1));
    }
    double[] basis = new double[mels * bins()];
    for (int m = 0; m < mels; m++) {
      for (int k = 0; k < bins(); k++) {
        double f = (double) k * rate / fft;
        double up = (f - edges[m]) / (edges[m + 1] - edges[m]);
        double down = (edges[m + 2] - f) / (edges[m + 2] - edges[m + 1]);
        basis[m * bins() + k] = Math.max(0, Math.min(up, down)) * 2 / (edges[m + 2] - edges[m]);
      }
    }
    return basis;
  }

  /** The middle of a band, in Hz. */
  public double centre(int band) {
    double from = mel(low);
    return hertz(from + (mel(high) - from) * (band + 1) / (mels + 1));
  }

  private static final double LINEAR = 200.0 / 3; // Hz a mel below the corner
  private static final double CORNER = 1000;
  private static final double STEP = Math.log(6.4) / 27; // of a mel above it

  /** Slaney's mel of a frequency in Hz. */
  public static double mel(double hertz) {
    return hertz < CORNER ? hertz / LINEAR : CORNER / LINEAR + Math.log(hertz / CORNER) / STEP;
  }

  /** The frequency in Hz of Slaney's mel. */
  static double hertz(double mel) {
    return mel < CORNER / LINEAR ? mel * LINEAR : CORNER * Math.exp(STEP * (mel - CORNER / LINEAR));
  }
}
