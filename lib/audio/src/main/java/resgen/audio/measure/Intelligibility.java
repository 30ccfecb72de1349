package resgen.audio.measure;

import java.util.ArrayList;
import java.util.List;
import resgen.audio.Clip;

/**
 * Short-time objective intelligibility: STOI (Taal, Hendriks, Heusdens and Jensen 2011) or ESTOI
 * (Jensen and Taal 2016). At 10 kHz, frames of 256 samples, 15 third-octave bands from 150 Hz,
 * segments of 30 frames; frames more than 40 dB below the loudest of the reference are left out.
 *
 * @param extended whether ESTOI
 */
public record Intelligibility(boolean extended) implements PairMetric {

  private static final int RATE = 10_000;
  private static final int FRAME = 256;
  private static final int HOP = 128;
  private static final int SIZE = 512;
  private static final int BANDS = 15;
  private static final double LOWEST = 150;
  private static final int SEGMENT = 30;
  private static final double RANGE = 40; // dB
  private static final double CLIP = 1 + Math.pow(10, 15.0 / 20); // −15 dB
  private static final double EPS = Math.ulp(1.0);

  @Override
  public String name() {
    return extended ? "estoi" : "stoi";
  }

  @Override
  public String definition() {
    return extended
        ? "extended short-time objective intelligibility, 1 is best"
        : "short-time objective intelligibility, 1 is best";
  }

  /** {@inheritDoc} Not a number of less than 0.4 s of speech. */
  @Override
  public double measure(Clip reference, Clip other) {
    float[] a = reference.resample(RATE).samples();
    float[] b = other.resample(RATE).samples();
    int n = Math.min(a.length, b.length);
    double[] window = new double[FRAME];
    for (int i = 0; i < FRAME; i++) {
      window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 1) / (FRAME + 1));
    }
    List<double[]> framesA = frames(a, n, window);
    List<double[]> framesB = frames(b, n, window);
    double loudest = 0;
    for (double[] frame : framesA) {
      loudest = Math.max(loudest, norm(frame));
    }
    List<double[]> keptA = new ArrayList<>();
    List<double[]> keptB = new ArrayList<>();
    for (int f = 0; f < framesA.size(); f++) {
      double below = 20 * Math.log10((loudest + EPS) / (norm(framesA.get(f)) + EPS));
      if (below < RANGE) {
        keptA.add(framesA.get(f));
        keptB.add(framesB.get(f));
      }
    }
    double[][] x = bands(added(keptA), window);
    double[][] y = bands(added(keptB), window);
    if (x.length < SEGMENT) {
      return Double.NaN;
    }
    double sum = 0;
    int segments = x.length - SEGMENT + 1;
    for (int from = 0; from < segments; from++) {
      sum += extended ? extended(x, y, from) : plain(x, y, from);
    }
    return sum / segments;
  }

  private static List<double[]> frames(float[] samples, int length, double[] window) {
    List<double[]> frames = new ArrayList<>();
    for (int from = 0; from < length - FRAME; from += HOP) {
      double[] frame = new double[FRAME];
      for (int i = 0; i < FRAME; i++) {
        frame[i] = samples[from + i] * window[i];
      }
      frames.add(frame);
    }
    return frames;
  }

  private static double[] added(List<double[]> frames) {
    double[] sum = new double[Math.max(0, frames.size() - 1) * HOP + FRAME];
    for (int f = 0; f < frames.size(); f++) {
      for (int i = 0; i < FRAME; i++) {
        sum[f * HOP + i] += frames.get(f)[i];
      }
    }
    return sum;
  }

  /** Magnitudes of third-octave bands, {@code [frames][15]}. */
  private static double[][] bands(double[] samples, double[] window) {
    Fourier fourier = new Fourier(SIZE);
    int[][] edges = edges();
    List<double[]> all = new ArrayList<>();
    for (int from = 0; from < samples.length - FRAME; from += HOP) {
      double[] frame = new double[FRAME];
      for (int i = 0; i < FRAME; i++) {
        frame[i] = samples[from + i] * window[i];
      }
      double[] power = fourier.power(frame);
      double[] bands = new double[BANDS];
      for (int j = 0; j < BANDS; j++) {
        for (int k = edges[j][0]; k < edges[j][1]; k++) {
          bands[j] += power[k];
        }
        bands[j] = Math.sqrt(bands[j]);
      }
      all.add(bands);
    }
    return all.toArray(double[][]::new);
  }

  /** The nearest bins to the edges of each band, the second excluded. */
  private static int[][] edges() {
    int[][] edges = new int[BANDS][2];
    for (int j = 0; j < BANDS; j++) {
      for (int side = 0; side < 2; side++) {
        double hertz = LOWEST * Math.pow(2, (2 * j - 1 + 2 * side) / 6.0);
        edges[j][side] = (int) Math.round(hertz * SIZE / RATE);
      }
    }
    return edges;
  }

  /** Mean correlation of the bands' envelopes, the other's scaled and clipped. */
  private static double plain(double[][] x, double[][] y, int from) {
    double sum = 0;
    for (int j = 0; j < BANDS; j++) {
      double[] a = envelope(x, from, j);
      double[] b = envelope(y, from, j);
      double scale = norm(a) / (norm(b) + EPS);
      for (int m = 0; m < SEGMENT; m++) {
        b[m] = Math.min(b[m] * scale, a[m] * CLIP);
      }
      centre(a);
      centre(b);
      sum += dot(a, b) / ((norm(a) + EPS) * (norm(b) + EPS));
    }
    return sum / BANDS;
  }

  /** Mean correlation of the spectra after rows and columns have mean 0 and norm 1. */
  private static double extended(double[][] x, double[][] y, int from) {
    double[][] a = normalized(x, from);
    double[][] b = normalized(y, from);
    double sum = 0;
    for (int m = 0; m < SEGMENT; m++) {
      sum += dot(a[m], b[m]);
    }
    return sum / SEGMENT;
  }

  private static double[][] normalized(double[][] bands, int from) {
    double[][] columns = new double[SEGMENT][BANDS];
    for (int j = 0; j < BANDS; j++) {
      double[] row = envelope(bands, from, j);
      centre(row);
      double norm = norm(row) + EPS;
      for (int m = 0; m < SEGMENT; m++) {
        columns[m][j] = row[m] / norm;
      }
    }
    for (double[] column : columns) {
      centre(column);
      double norm = norm(column) + EPS;
      for (int j = 0; j < BANDS; j++) {
        column[j] /= norm;
      }
    }
    return columns;
  }

  private static double[] envelope(double[][] bands, int from, int band) {
    double[] values = new double[SEGMENT];
    for (int m = 0; m < SEGMENT; m++) {
      values[m] = bands[from + m][band];
    }
    return values;
  }

  private static void centre(double[] values) {
    double mean = 0;
    for (double v : values) {
      mean += v / values.length;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] -= mean;
    }
  }

  private static double norm(double[] values) {
    return Math.sqrt(dot(values, values));
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
