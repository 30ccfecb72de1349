package resgen.audio.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import resgen.audio.LogMel;
import resgen.audio.MelSettings;
import resgen.settings.Range;

/**
 * The aligner without a network: every kind of symbol has a mean spectrum, and means and alignments
 * are found by turns from a uniform start (hard expectation maximization, as in Viterbi training).
 * What {@link GaussianAligner} must beat.
 */
public final class MeansAligner {

  /**
   * How it learns.
   *
   * @param context bytes on each side that a symbol's kind takes in: 0 for bytes alone, 1 for
   *     trigrams; a trigram met fewer than five times is taken as its byte
   * @param rounds of means and alignments
   */
  public record Settings(int context, int rounds) {
    public Settings {
      Range.check("context", context, 0, 1);
      Range.check("rounds", rounds, 1, 1000);
    }
  }

  private static final int LEAST = 5; // occurrences of a trigram

  private final Settings settings;
  private final Map<Integer, double[]> means = new HashMap<>();
  private double[] overall = new double[0];

  private MeansAligner(Settings settings) {
    this.settings = settings;
  }

  /**
   * Learns from texts and their spectrograms.
   *
   * @param texts symbols of each, as {@link TextBytes#ids}
   */
  public static MeansAligner fit(List<int[]> texts, List<LogMel> mels, Settings settings) {
    if (texts.size() != mels.size() || texts.isEmpty()) {
      throw new IllegalArgumentException(
          "%d texts of %d spectrograms".formatted(texts.size(), mels.size()));
    }
    MeansAligner aligner = new MeansAligner(settings);
    List<int[]> durations = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      durations.add(uniform(texts.get(i).length, mels.get(i).frames()));
    }
    for (int round = 0; round < settings.rounds(); round++) {
      aligner.learn(texts, mels, durations);
      for (int i = 0; i < texts.size(); i++) {
        durations.set(i, aligner.align(texts.get(i), mels.get(i)).durations());
      }
    }
    return aligner;
  }

  /** Durations that differ by a frame at most. */
  public static int[] uniform(int symbols, int frames) {
    double[] same = new double[symbols];
    Arrays.fill(same, 1);
    return Durations.scaled(same, frames);
  }

  private void learn(List<int[]> texts, List<LogMel> mels, List<int[]> durations) {
    Map<Integer, double[]> sums = new HashMap<>(); // bands, then frames, then occurrences
    int bands = mels.get(0).settings().mels();
    double[] all = new double[bands + 2];
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i);
      int frame = 0;
      for (int s = 0; s < ids.length; s++) {
        List<double[]> into = new ArrayList<>(List.of(all));
        into.add(sums.computeIfAbsent(Kinds.alone(ids[s]), k -> new double[bands + 2]));
        if (settings.context() > 0) {
          into.add(sums.computeIfAbsent(Kinds.trigram(ids, s), k -> new double[bands + 2]));
        }
        for (int f = frame; f < frame + durations.get(i)[s]; f++) {
          for (double[] sum : into) {
            for (int b = 0; b < bands; b++) {
              sum[b] += mels.get(i).get(f, b);
            }
            sum[bands]++;
          }
        }
        into.forEach(sum -> sum[bands + 1]++);
        frame += durations.get(i)[s];
      }
    }
    means.clear();
    sums.forEach(
        (kind, sum) -> {
          if (kind < 0 || sum[bands + 1] >= LEAST) {
            means.put(kind, mean(sum, bands));
          }
        });
    overall = mean(all, bands);
  }

  private static double[] mean(double[] sum, int bands) {
    double[] mean = new double[bands];
    for (int b = 0; b < bands; b++) {
      mean[b] = sum[b] / sum[bands];
    }
    return mean;
  }

  /** The mean spectrum of a symbol, {@code [M]}; that of all of one that was never met. */
  public double[] mean(int[] ids, int at) {
    double[] exact = settings.context() > 0 ? means.get(Kinds.trigram(ids, at)) : null;
    return exact != null ? exact : means.getOrDefault(Kinds.alone(ids[at]), overall);
  }

  /**
   * Aligns a text with a spectrogram: the score of a frame is log N(frame; mean, I) without its
   * constant.
   *
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  public MonotonicAlignment.Result align(int[] ids, LogMel mel) {
    return MonotonicAlignment.of(scores(ids, mel));
  }

  /** The score of every symbol in every frame, {@code [symbols][frames]}. */
  private double[][] scores(int[] ids, LogMel mel) {
    double[][] score = new double[ids.length][mel.frames()];
    for (int i = 0; i < ids.length; i++) {
      score(score[i], mean(ids, i), mel);
    }
    return score;
  }

  private static void score(double[] into, double[] mean, LogMel mel) {
    for (int t = 0; t < into.length; t++) {
      double sum = 0;
      for (int b = 0; b < mean.length; b++) {
        double d = mel.get(t, b) - mean[b];
        sum += d * d;
      }
      into[t] = -0.5 * sum;
    }
  }

  /** The spectrogram of a text's means, each as long as its duration. */
  public LogMel expand(int[] ids, int[] durations, MelSettings mel) {
    float[] values = new float[Arrays.stream(durations).sum() * mel.mels()];
    int at = 0;
    for (int i = 0; i < ids.length; i++) {
      double[] mean = mean(ids, i);
      for (int f = 0; f < durations[i]; f++) {
        for (double value : mean) {
          values[at++] = (float) value;
        }
      }
    }
    return new LogMel(values, mel);
  }
}
