package resgen.audio.align;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.CommonOps_DDRM;
import org.ejml.dense.row.factory.DecompositionFactory_DDRM;
import org.ejml.interfaces.decomposition.CholeskyDecomposition_F64;
import resgen.audio.LogMel;

/**
 * An aligner of Gaussians: every kind of symbol has a mean spectrum, all kinds share one
 * covariance, and what is common to all frames of a sound, its speaker's and its recording's
 * colour, is taken away first.
 *
 * <p>It is learned by expectation maximization with annealing (Ueda and Nakano 1998): posteriors of
 * the log-likelihood times β, which rises, so that early rounds, from symbols of equal length,
 * commit to nothing. First bytes alone, which recur most, then bytes between their neighbours.
 */
public final class GaussianAligner {

  /**
   * How it learns.
   *
   * @param rounds with bytes alone, and as many with trigrams
   * @param first β of the first round
   * @param last β of the last round
   * @param prior frames of its byte's mean that are counted with those of a trigram
   */
  public record Settings(int rounds, double first, double last, double prior) {
    public Settings {
      if (rounds < 1 || !(first > 0) || !(last >= first) || !(prior > 0)) {
        throw new IllegalArgumentException(
            "%d rounds from %s to %s with a prior of %s frames: at least one round, 0 < first ≤ last and a prior above 0"
                .formatted(rounds, first, last, prior));
      }
    }

    /** Ten rounds each, β from 0.02 to 0.3, 100 frames. */
    public static Settings usual() {
      return new Settings(10, 0.02, 0.3, 100);
    }
  }

  private static final double NEGLIGIBLE = 1e-4; // posterior
  private static final double RIDGE = 1e-4; // of the mean variance

  private final Map<Integer, double[]> means; // of kinds
  private final double[] overall;
  private final double[][] whitener; // rows of L⁻¹, Σ = L·Lᵀ
  private final boolean centred; // whether a sound's mean spectrum is taken away

  private GaussianAligner(
      Map<Integer, double[]> means, double[] overall, double[][] whitener, boolean centred) {
    this.means = means;
    this.overall = overall;
    this.whitener = whitener;
    this.centred = centred;
  }

  /**
   * Learns from texts and their spectrograms.
   *
   * @param texts symbols of each, as {@link TextBytes#ids}
   * @throws IllegalArgumentException if there are fewer frames than symbols
   * @throws CancellationException if interrupted; the interrupt stays set
   */
  public static GaussianAligner fit(List<int[]> texts, List<LogMel> mels, Settings settings) {
    return fit(texts, mels, Collections.nCopies(texts.size(), KnownEnds.none()), settings);
  }

  /** The same with ends that are known, of each text its own. */
  static GaussianAligner fit(
      List<int[]> texts, List<LogMel> mels, List<KnownEnds> ends, Settings settings) {
    if (texts.size() != mels.size() || texts.isEmpty()) {
      throw new IllegalArgumentException(
          "%d texts of %d spectrograms".formatted(texts.size(), mels.size()));
    }
    List<double[][]> frames = mels.stream().map(mel -> frames(mel, true)).toList();
    List<double[][]> shares = new ArrayList<>(); // posterior of each symbol in each frame
    for (int i = 0; i < texts.size(); i++) {
      shares.add(equal(texts.get(i).length, frames.get(i).length, ends.get(i)));
    }
    GaussianAligner aligner = null;
    int rounds = 2 * settings.rounds();
    for (int round = 0; round < rounds; round++) {
      if (Thread.currentThread().isInterrupted()) {
        throw new CancellationException(
            "interrupted after %d of %d rounds of aligning".formatted(round, rounds));
      }
      aligner = maximize(texts, frames, shares, round >= settings.rounds(), settings.prior());
      double beta =
          settings.first()
              * Math.pow(settings.last() / settings.first(), round / (double) (rounds - 1));
      for (int i = 0; i < texts.size(); i++) {
        double[][] score = aligner.scores(texts.get(i), frames.get(i), ends.get(i));
        shares.set(i, MonotonicAlignment.posterior(score, beta, ends.get(i)));
      }
    }
    return aligner.rounded();
  }

  /** Symbols of equal length between ends that are known. */
  private static double[][] equal(int symbols, int frames, KnownEnds known) {
    double[][] share = new double[symbols][frames];
    for (KnownEnds.Stretch each : known.stretches(symbols, frames)) {
      int at = each.fromFrame();
      int[] durations =
          MeansAligner.uniform(
              each.toSymbol() - each.fromSymbol(), each.toFrame() - each.fromFrame());
      for (int s = 0; s < durations.length; s++) {
        Arrays.fill(share[each.fromSymbol() + s], at, at + durations[s], 1);
        at += durations[s];
      }
    }
    return share;
  }

  private static double[][] frames(LogMel mel, boolean centred) {
    int bands = mel.settings().mels();
    double[][] frames = new double[mel.frames()][bands];
    for (int b = 0; b < bands; b++) {
      double mean = 0;
      for (int t = 0; t < frames.length; t++) {
        frames[t][b] = mel.get(t, b);
        mean += frames[t][b] / frames.length;
      }
      for (int t = 0; centred && t < frames.length; t++) {
        frames[t][b] -= mean;
      }
    }
    return frames;
  }

  /** Means and covariance of frames that belong to symbols by shares. */
  private static GaussianAligner maximize(
      List<int[]> texts,
      List<double[][]> frames,
      List<double[][]> shares,
      boolean trigrams,
      double prior) {
    int bands = frames.get(0)[0].length;
    Map<Integer, double[]> sums = new HashMap<>(); // weighted frames, then the weight
    double[] all = new double[bands + 1];
    for (int i = 0; i < texts.size(); i++) {
      int[] ids = texts.get(i);
      for (int s = 0; s < ids.length; s++) {
        double[] own = sum(frames.get(i), shares.get(i)[s]);
        add(all, own);
        add(sums.computeIfAbsent(Kinds.alone(ids[s]), k -> new double[bands + 1]), own);
        if (trigrams) {
          add(sums.computeIfAbsent(Kinds.trigram(ids, s), k -> new double[bands + 1]), own);
        }
      }
    }
    Map<Integer, double[]> means = new HashMap<>();
    sums.forEach(
        (kind, sum) -> {
          if (kind < 0) {
            means.put(kind, mean(sum, 0, new double[bands]));
          }
        });
    sums.forEach(
        (kind, sum) -> {
          if (kind >= 0) {
            means.put(kind, mean(sum, prior, means.get(Kinds.alone(Kinds.symbol(kind)))));
          }
        });
    double[] overall = mean(all, 0, new double[bands]);
    GaussianAligner white = new GaussianAligner(means, overall, new double[0][], true);
    return new GaussianAligner(means, overall, white.whitener(texts, frames, shares), true);
  }

  private static double[] sum(double[][] frames, double[] share) {
    int bands = frames[0].length;
    double[] sum = new double[bands + 1];
    for (int t = 0; t < share.length; t++) {
      if (share[t] >= NEGLIGIBLE) {
        for (int b = 0; b < bands; b++) {
          sum[b] += share[t] * frames[t][b];
        }
        sum[bands] += share[t];
      }
    }
    return sum;
  }

  private static void add(double[] into, double[] some) {
    for (int b = 0; b < into.length; b++) {
      into[b] += some[b];
    }
  }

  private static double[] mean(double[] sum, double prior, double[] usual) {
    int bands = usual.length;
    double[] mean = new double[bands];
    double weight = Math.max(sum[bands] + prior, Double.MIN_NORMAL);
    for (int b = 0; b < bands; b++) {
      mean[b] = (sum[b] + prior * usual[b]) / weight;
    }
    return mean;
  }

  /** L⁻¹ of the covariance of frames around the means of their symbols. */
  private double[][] whitener(List<int[]> texts, List<double[][]> frames, List<double[][]> shares) {
    int bands = overall.length;
    double[][] sum = new double[bands][bands];
    double weight = 0;
    double[] apart = new double[bands];
    for (int i = 0; i < texts.size(); i++) {
      for (int s = 0; s < texts.get(i).length; s++) {
        double[] mean = mean(texts.get(i), s);
        double[] share = shares.get(i)[s];
        for (int t = 0; t < share.length; t++) {
          if (share[t] < NEGLIGIBLE) {
            continue;
          }
          for (int b = 0; b < bands; b++) {
            apart[b] = frames.get(i)[t][b] - mean[b];
            double scaled = share[t] * apart[b];
            for (int c = 0; c <= b; c++) {
              sum[b][c] += scaled * apart[c];
            }
          }
          weight += share[t];
        }
      }
    }
    DMatrixRMaj covariance = new DMatrixRMaj(bands, bands);
    double trace = 0;
    for (int b = 0; b < bands; b++) {
      trace += sum[b][b] / weight;
      for (int c = 0; c <= b; c++) {
        covariance.set(b, c, sum[b][c] / weight);
        covariance.set(c, b, sum[b][c] / weight);
      }
    }
    for (int b = 0; b < bands; b++) {
      covariance.add(b, b, RIDGE * trace / bands);
    }
    CholeskyDecomposition_F64<DMatrixRMaj> cholesky = DecompositionFactory_DDRM.chol(bands, true);
    if (!cholesky.decompose(covariance)) {
      throw new IllegalArgumentException("spectra that are all alike cannot be aligned");
    }
    DMatrixRMaj inverse = new DMatrixRMaj(bands, bands);
    CommonOps_DDRM.invert(cholesky.getT(null), inverse);
    double[][] rows = new double[bands][];
    for (int b = 0; b < bands; b++) {
      rows[b] = Arrays.copyOfRange(inverse.getData(), b * bands, b * bands + b + 1);
    }
    return rows;
  }

  /** The mean of a symbol between its neighbours; by itself, or of all, where it was never met. */
  private double[] mean(int[] ids, int at) {
    double[] exact = means.get(Kinds.trigram(ids, at));
    return exact != null ? exact : means.getOrDefault(Kinds.alone(ids[at]), overall);
  }

  /**
   * Aligns a text with a spectrogram.
   *
   * @throws IllegalArgumentException if there are fewer frames than symbols
   */
  public MonotonicAlignment.Result align(int[] ids, LogMel mel) {
    return align(ids, mel, KnownEnds.none());
  }

  /** The same with ends that are known. */
  MonotonicAlignment.Result align(int[] ids, LogMel mel, KnownEnds ends) {
    return MonotonicAlignment.between(scores(ids, frames(mel, centred), ends), ends);
  }

  /**
   * The score of every symbol in every frame, {@code [symbols][frames]}: log N(frame; mean, Σ)
   * without its constant.
   */
  public double[][] scores(int[] ids, LogMel mel) {
    return scores(ids, frames(mel, centred), KnownEnds.none());
  }

  private double[][] scores(int[] ids, double[][] frames, KnownEnds ends) {
    double[][] white = Arrays.stream(frames).map(this::whitened).toArray(double[][]::new);
    double[][] score = new double[ids.length][frames.length]; // 0 where ends rule a frame out
    for (KnownEnds.Stretch each : ends.stretches(ids.length, frames.length)) {
      for (int i = each.fromSymbol(); i < each.toSymbol(); i++) {
        double[] mean = whitened(mean(ids, i));
        for (int t = each.fromFrame(); t < each.toFrame(); t++) {
          double sum = 0;
          for (int b = 0; b < mean.length; b++) {
            double d = white[t][b] - mean[b];
            sum += d * d;
          }
          score[i][t] = -0.5 * sum;
        }
      }
    }
    return score;
  }

  private double[] whitened(double[] x) {
    double[] white = new double[x.length];
    for (int b = 0; b < x.length; b++) {
      double[] row = whitener[b];
      double sum = 0;
      for (int c = 0; c < row.length; c++) {
        sum += row[c] * x[c];
      }
      white[b] = sum;
    }
    return white;
  }

  /** In float32, as it is stored. */
  private GaussianAligner rounded() {
    return of(kinds(), values(), overall(), whitener());
  }

  /** {@link Kinds} whose means are known, in order. */
  int[] kinds() {
    return means.keySet().stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /** Means of {@link #kinds}, {@code [kinds, M]} in row order. */
  float[] values() {
    return floats(Arrays.stream(kinds()).mapToObj(means::get).toList());
  }

  /** The mean of all frames, {@code [M]}. */
  float[] overall() {
    return floats(List.of(overall));
  }

  /** The matrix whose product with a frame has unit covariance, {@code [M, M]} in row order. */
  float[] whitener() {
    return floats(Arrays.stream(whitener).map(row -> Arrays.copyOf(row, overall.length)).toList());
  }

  private static float[] floats(List<double[]> rows) {
    float[] values = new float[rows.stream().mapToInt(row -> row.length).sum()];
    int at = 0;
    for (double[] row : rows) {
      for (double value : row) {
        values[at++] = (float) value;
      }
    }
    return values;
  }

  /** An aligner of these numbers. */
  static GaussianAligner of(int[] kinds, float[] values, float[] overall, float[] whitener) {
    int bands = overall.length;
    double[][] rows =
        IntStream.range(0, bands)
            .mapToObj(b -> wide(whitener, b * bands, b + 1))
            .toArray(double[][]::new);
    return new GaussianAligner(means(kinds, values, bands), wide(overall, 0, bands), rows, true);
  }

  /** One as aligners were before: no covariance, and nothing taken away. */
  static GaussianAligner plain(int[] kinds, float[] values, float[] overall) {
    int bands = overall.length;
    double[][] unit = new double[bands][];
    for (int b = 0; b < bands; b++) {
      unit[b] = new double[b + 1];
      unit[b][b] = 1;
    }
    return new GaussianAligner(means(kinds, values, bands), wide(overall, 0, bands), unit, false);
  }

  /** Whether it has a covariance. */
  boolean hasCovariance() {
    return centred;
  }

  private static Map<Integer, double[]> means(int[] kinds, float[] values, int bands) {
    Map<Integer, double[]> means = new HashMap<>();
    for (int i = 0; i < kinds.length; i++) {
      means.put(kinds[i], wide(values, i * bands, bands));
    }
    return means;
  }

  private static double[] wide(float[] values, int from, int count) {
    double[] wide = new double[count];
    for (int i = 0; i < count; i++) {
      wide[i] = values[from + i];
    }
    return wide;
  }
}
