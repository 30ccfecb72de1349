package resgen.audio;

import java.util.Arrays;
import java.util.List;

/**
 * A log-mel spectrogram: natural logarithms of band magnitudes. Immutable.
 *
 * @param values {@code [frames, M]} in row order
 * @param settings that it was made with
 */
public record LogMel(float[] values, MelSettings settings) {

  private static final double LEAST_DEVIATION = 1e-6;

  public LogMel {
    if (values.length == 0 || values.length % settings.mels() != 0) {
      throw new IllegalArgumentException(
          "%d values are not a whole number of frames of %d bands"
              .formatted(values.length, settings.mels()));
    }
    values = values.clone();
  }

  /** {@code [frames, M]} in row order, a copy. */
  @Override
  public float[] values() {
    return values.clone();
  }

  /** How many frames. */
  public int frames() {
    return values.length / settings.mels();
  }

  /** The value of a band in a frame. */
  public float get(int frame, int band) {
    return values[frame * settings.mels() + band];
  }

  /**
   * Mean and standard deviation of all values of some spectrograms.
   *
   * @param what they are of, for the error
   * @throws IllegalArgumentException if they do not vary
   */
  public static double[] statistics(String what, List<LogMel> all) {
    double sum = 0;
    double squares = 0;
    long count = 0;
    for (LogMel mel : all) {
      for (float v : mel.values) {
        sum += v;
        squares += (double) v * v;
        count++;
      }
    }
    double mean = sum / count;
    double deviation = Math.sqrt(squares / count - mean * mean);
    if (!(deviation > LEAST_DEVIATION)) {
      throw new IllegalArgumentException(what + ": all spectrograms are alike");
    }
    return new double[] {mean, deviation};
  }

  /** The greatest value of every band over all frames of all of them, {@code [M]}. */
  public static List<Double> loudest(List<LogMel> all) {
    int m = all.get(0).settings.mels();
    Double[] most = new Double[m];
    Arrays.fill(most, Double.NEGATIVE_INFINITY);
    for (LogMel mel : all) {
      for (int i = 0; i < mel.values.length; i++) {
        most[i % m] = Math.max(most[i % m], mel.values[i]);
      }
    }
    return List.of(most);
  }

  /**
   * With no value above its band's.
   *
   * @param most for every band, {@code [M]}
   */
  public LogMel atMost(List<Double> most) {
    int m = settings.mels();
    float[] bounded = values.clone();
    for (int i = 0; i < bounded.length; i++) {
      bounded[i] = Math.min(bounded[i], most.get(i % m).floatValue());
    }
    return new LogMel(bounded, settings);
  }

  /** With so many frames at least: what is missing at the end is silence. */
  public LogMel atLeast(int frames) {
    if (frames <= frames()) {
      return this;
    }
    float[] longer = Arrays.copyOf(values, frames * settings.mels());
    Arrays.fill(longer, values.length, longer.length, (float) Math.log(settings.floor()));
    return new LogMel(longer, settings);
  }

  /** Frames {@code from … to − 1}. */
  public LogMel range(int from, int to) {
    if (from < 0 || from >= to || to > frames()) {
      throw new IndexOutOfBoundsException("frames " + from + " … " + to + " of " + frames());
    }
    int m = settings.mels();
    return new LogMel(Arrays.copyOfRange(values, from * m, to * m), settings);
  }

  /**
   * Mean absolute difference in nats over the frames that both have.
   *
   * @throws IllegalArgumentException if the settings differ
   */
  public double l1(LogMel other) {
    settings.requireSame("the other spectrogram", other.settings);
    int n = Math.min(values.length, other.values.length);
    double sum = 0;
    for (int i = 0; i < n; i++) {
      sum += Math.abs(values[i] - other.values[i]);
    }
    return sum / n;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LogMel mel
        && Arrays.equals(values, mel.values)
        && settings.equals(mel.settings);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(values) + settings.hashCode();
  }

  @Override
  public String toString() {
    return "LogMel(%d frames × %d bands, %.2f s)"
        .formatted(frames(), settings.mels(), frames() / settings.frameRate());
  }
}
