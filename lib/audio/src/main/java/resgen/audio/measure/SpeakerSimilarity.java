package resgen.audio.measure;

import java.util.Arrays;
import resgen.audio.Clip;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.audio.MelTransform;
import resgen.audio.Speech;

/**
 * How alike two voices are: the cosine of statistics of cepstra and pitch, in the directions in
 * which speakers differ. It ranks systems on the same corpus; it is not the SIM of papers, which
 * compares embeddings of a network for speaker verification.
 *
 * <p>An utterance's 60 numbers: mean, standard deviation and the differences' standard deviation of
 * 19 cepstra (without loudness, the quietest 30 % of frames left out; 25 ms every 10 ms, 40 bands
 * of 20 … 7600 Hz), mean and deviation of ln F0, share of frames with voice.
 */
public final class SpeakerSimilarity {

  private static final MelSettings MEL = new MelSettings(16_000, 512, 400, 160, 40, 20, 7600, 1e-5);
  private static final int CEPSTRA = 19;
  private static final double QUIET = 0.3; // of the frames
  private static final int DIRECTIONS = 16;
  private static final double SHRINKAGE = 0.01;
  private static final double SILENT_PITCH = Math.log(120); // where there is no voice at all

  private final Lda lda;
  private final String data;

  private SpeakerSimilarity(Lda lda, String data) {
    this.lda = lda;
    this.data = data;
  }

  /**
   * Finds the directions in which the speakers of a set differ.
   *
   * @throws IllegalArgumentException if speakers are not known, or too few
   */
  public static SpeakerSimilarity of(Speech speech) {
    double[][] rows = new double[speech.size()][];
    int[] classes = speech.conditions().ids();
    for (int i = 0; i < rows.length; i++) {
      if (classes[i] == speech.speakers().size()) {
        throw new IllegalArgumentException(
            "%s: the speaker of %s is not known".formatted(speech.name(), speech.get(i).id()));
      }
      rows[i] = features(speech.get(i).clip());
    }
    int directions = Math.min(DIRECTIONS, speech.speakers().size() - 1);
    return new SpeakerSimilarity(
        Lda.fit(rows, classes, directions, SHRINKAGE),
        "%s, %d utterances by %d speakers"
            .formatted(speech.name(), speech.size(), speech.speakers().size()));
  }

  /** What it learned from, in words. */
  public String data() {
    return data;
  }

  /** 12 hexadecimal digits of its numbers, for protocols. */
  public String hash() {
    return lda.hash();
  }

  /** Where a clip lies in the directions; of any length. */
  public double[] embedding(Clip clip) {
    return lda.apply(features(clip));
  }

  /** The cosine of two clips' places, −1 to 1. */
  public double between(Clip a, Clip b) {
    return cosine(embedding(a), embedding(b));
  }

  /** The cosine of two embeddings. */
  public static double cosine(double[] a, double[] b) {
    double dot = 0;
    double squareA = 0;
    double squareB = 0;
    for (int i = 0; i < a.length; i++) {
      dot += a[i] * b[i];
      squareA += a[i] * a[i];
      squareB += b[i] * b[i];
    }
    return dot / Math.sqrt(squareA * squareB);
  }

  /** The 60 numbers of a clip. */
  static double[] features(Clip clip) {
    LogMel mel;
    try (MelTransform transform = new MelTransform(MEL)) {
      mel = transform.of(clip);
    }
    double[][] all = Cepstra.of(mel, CEPSTRA);
    double[] loudness = Arrays.stream(all).mapToDouble(frame -> frame[0]).sorted().toArray();
    double least = loudness[(int) (QUIET * loudness.length)];
    double[][] sums = new double[4][CEPSTRA]; // of c, c², Δ, Δ²
    int count = 0;
    for (int f = 0; f < all.length; f++) {
      if (all[f][0] >= least) {
        count++;
        for (int q = 0; q < CEPSTRA; q++) {
          double value = all[f][q + 1];
          double slope = slope(all, f, q + 1);
          sums[0][q] += value;
          sums[1][q] += value * value;
          sums[2][q] += slope;
          sums[3][q] += slope * slope;
        }
      }
    }
    double[] features = new double[3 * CEPSTRA + 3];
    for (int q = 0; q < CEPSTRA; q++) {
      features[q] = sums[0][q] / count;
      features[CEPSTRA + q] = deviation(sums[0][q], sums[1][q], count);
      features[2 * CEPSTRA + q] = deviation(sums[2][q], sums[3][q], count);
    }
    Pitch pitch = Pitch.of(clip);
    boolean voice = pitch.voiced() > 0;
    double[] statistics = voice ? pitch.logStatistics() : new double[] {SILENT_PITCH, 0};
    features[3 * CEPSTRA] = statistics[0];
    features[3 * CEPSTRA + 1] = statistics[1];
    features[3 * CEPSTRA + 2] = pitch.voiced();
    return features;
  }

  private static double deviation(double sum, double squares, int count) {
    double mean = sum / count;
    return Math.sqrt(Math.max(0, squares / count - mean * mean));
  }

  /** Regression over two frames on each side. */
  private static double slope(double[][] cepstra, int frame, int coefficient) {
    double sum = 0;
    for (int k = 1; k <= 2; k++) {
      int before = Math.max(0, frame - k);
      int after = Math.min(cepstra.length - 1, frame + k);
      sum += k * (cepstra[after][coefficient] - cepstra[before][coefficient]);
    }
    return sum / 10;
  }
}
