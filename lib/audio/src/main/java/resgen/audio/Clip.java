package resgen.audio;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Locale;
import resgen.settings.AtomicFile;
import resgen.settings.Range;

/** Sound of one channel: finite samples, full scale at ±1, and their rate. Immutable. */
public final class Clip {

  private static final double PLAYED_SECONDS = 30; // most of a player in a notebook
  private static final int PLAYED_BYTES = 2_000_000;

  private final float[] samples;
  private final int rate;

  private Clip(float[] samples, int rate) {
    this.samples = samples;
    this.rate = rate;
  }

  /**
   * A clip of a copy of samples.
   *
   * @param rate in Hz
   * @throws IllegalArgumentException without samples, or naming the first that is not finite
   */
  public static Clip of(float[] samples, int rate) {
    Range.check("rate", rate, 1000, 384_000);
    if (samples.length == 0) {
      throw new IllegalArgumentException("a clip without samples");
    }
    for (int i = 0; i < samples.length; i++) {
      if (!Float.isFinite(samples[i])) {
        throw new IllegalArgumentException("sample " + i + " is " + samples[i] + ", not finite");
      }
    }
    return new Clip(samples.clone(), rate);
  }

  /** A clip of 16-bit samples, of which 32768 is full scale. */
  public static Clip ofPcm16(short[] values, int rate) {
    float[] samples = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      samples[i] = values[i] / 32768f;
    }
    return of(samples, rate);
  }

  /**
   * The sound of a WAV or FLAC file, at the file's rate, channels averaged.
   *
   * @throws IllegalArgumentException naming the file and what is wrong with it
   * @throws java.io.UncheckedIOException if it cannot be read at all
   */
  public static Clip read(Path path) {
    return AudioFile.read(path).clip();
  }

  /** The samples, a copy. */
  public float[] samples() {
    return samples.clone();
  }

  /** One sample. */
  public float get(int index) {
    return samples[index];
  }

  /** How many samples. */
  public int length() {
    return samples.length;
  }

  /** Samples a second. */
  public int rate() {
    return rate;
  }

  /** Its length in seconds. */
  public double seconds() {
    return samples.length / (double) rate;
  }

  /** The largest magnitude of a sample. */
  public double peak() {
    double peak = 0;
    for (float x : samples) {
      peak = Math.max(peak, Math.abs(x));
    }
    return peak;
  }

  /** The root mean square in dB of full scale; minus infinity of silence. */
  public double level() {
    double sum = 0;
    for (float x : samples) {
      sum += (double) x * x;
    }
    return 10 * Math.log10(sum / samples.length);
  }

  /** How many samples are beyond full scale. */
  public int beyondFullScale() {
    int count = 0;
    for (float x : samples) {
      count += Math.abs(x) > 1 ? 1 : 0;
    }
    return count;
  }

  /** At another rate, by {@link Resampler}; itself if it has that rate. */
  public Clip resample(int other) {
    return other == rate ? this : Resampler.between(rate, other).clip(this);
  }

  /** Samples {@code from … to − 1}. */
  public Clip range(int from, int to) {
    if (from < 0 || from >= to || to > samples.length) {
      throw new IndexOutOfBoundsException("samples " + from + " … " + to + " of " + samples.length);
    }
    return new Clip(Arrays.copyOfRange(samples, from, to), rate);
  }

  /** The first seconds, or all if it is shorter. */
  public Clip first(double seconds) {
    int count = (int) Math.round(seconds * rate);
    if (count < 1) {
      throw new IllegalArgumentException("the first " + seconds + " s have no samples");
    }
    return range(0, Math.min(samples.length, count));
  }

  /** Cut, or extended by silence, to so many samples. */
  public Clip length(int count) {
    return of(Arrays.copyOf(samples, count), rate);
  }

  /** This and then another of the same rate. */
  public Clip and(Clip other) {
    if (other.rate != rate) {
      throw new IllegalArgumentException(
          "a clip of %d Hz cannot follow one of %d Hz".formatted(other.rate, rate));
    }
    float[] all = Arrays.copyOf(samples, samples.length + other.samples.length);
    System.arraycopy(other.samples, 0, all, samples.length, other.samples.length);
    return new Clip(all, rate);
  }

  /** Every sample multiplied. */
  public Clip gain(double factor) {
    float[] scaled = new float[samples.length];
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = (float) (samples[i] * factor);
    }
    return of(scaled, rate);
  }

  /** Scaled to a peak of 0.95 if samples are beyond full scale; else itself. */
  public Clip limited() {
    double peak = peak();
    return peak > 1 ? gain(0.95 / peak) : this;
  }

  /** 16-bit samples, of which 32768 is full scale; what is beyond full scale is cut. */
  public short[] pcm16() {
    short[] values = new short[samples.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (short) Math.max(-32768, Math.min(32767, Math.round(samples[i] * 32768.0)));
    }
    return values;
  }

  /**
   * Writes a WAV file of 16-bit samples, atomically.
   *
   * @throws IllegalArgumentException if samples are beyond full scale: {@link #limited} scales them
   */
  public void write(Path path) {
    if (beyondFullScale() > 0) {
      throw new IllegalArgumentException(
          "%s: %d samples are beyond full scale (peak %.3f); limited() scales them"
              .formatted(path, beyondFullScale(), peak()));
    }
    AtomicFile.write(path, Wav.pcm16(this));
  }

  /** Its log-mel spectrogram as a picture, with the settings of 16 kHz. */
  public Spectrogram spectrogram() {
    try (MelTransform transform = new MelTransform(MelSettings.small())) {
      return Spectrogram.of(transform.of(this));
    }
  }

  /**
   * A player, as notebooks show it: at most 30 s and 2 MB of it, and as loud as it is. What is left
   * out or cut is said below it.
   */
  public String toHtml() {
    int most = (int) Math.min(PLAYED_SECONDS * rate, (PLAYED_BYTES - 44) / 2.0);
    Clip played = samples.length > most ? range(0, most) : this;
    StringBuilder html = new StringBuilder("<audio controls src=\"data:audio/wav;base64,");
    html.append(Base64.getEncoder().encodeToString(Wav.pcm16(played))).append("\"></audio>");
    if (played != this) {
      html.append("<div>the first %.1f s of %.1f s</div>".formatted(played.seconds(), seconds()));
    }
    if (beyondFullScale() > 0) {
      html.append(
          "<div>%d samples beyond full scale are cut (peak %.2f)</div>"
              .formatted(beyondFullScale(), peak()));
    }
    return html.toString();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Clip clip && rate == clip.rate && Arrays.equals(samples, clip.samples);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(samples) + rate;
  }

  @Override
  public String toString() {
    return String.format(Locale.US, "Clip(%.2f s, %d Hz, peak %.3f)", seconds(), rate, peak());
  }
}
