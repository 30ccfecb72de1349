package resgen.head;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;
import resgen.model.Model;

/**
 * p(z) of a {@link CodeMixtureHead} at one position, in double precision, from the formulas. Its
 * components are numbered as v_1·V + v_2 and so on.
 */
final class CodeMixtureReference {

  final double[] logWeights; // log π(v)
  final double[] logFirst; // log π(v_1)
  final double[][] logParts; // log ω_m(v)
  final double[][][] means; // μ_m(v), in the codes' own unit
  final double[][][] scales; // σ_m(v), a number for each dimension

  private final double[][] sums; // Σ e(v_i)
  private final int count; // codes of a component here
  private final int codes;
  private final int depth;
  private final int level;
  private final Map<String, double[]> p = new HashMap<>();
  private final double[] books;
  private final double[] x;
  private final HeadSpec.CodeMixture settings;
  private final int h;

  /**
   * The distribution that a hidden state says, where all depths from j = D − 1 − level are masked.
   */
  CodeMixtureReference(Model model, double[] x, int level) {
    model
        .parameters()
        .arrays()
        .forEach((name, a) -> p.put(name, HeadCase.doubles(a.toFloatArray())));
    settings = (HeadSpec.CodeMixture) model.spec().head();
    depth = model.codebooks().depth();
    codes = model.codebooks().codes();
    h = model.codebooks().dimension();
    books = HeadCase.doubles(model.codebooks().array().toFloatArray());
    this.x = x;
    this.level = level;
    count = Math.min(1 + settings.further(), level + 1);
    logFirst = logSoftmax(logits(level));
    int components = (int) Math.pow(codes, count);
    logWeights = new double[components];
    logParts = new double[components][];
    means = new double[components][][];
    scales = new double[components][][];
    sums = new double[components][h];
    for (int c = 0; c < components; c++) {
      component(c);
    }
  }

  private void component(int c) {
    int f = settings.hidden();
    double[] heard = new double[f];
    for (int i = 0; i < f; i++) {
      heard[i] = dot(p.get("head.remainder.enter"), i, x);
    }
    double[] read = x;
    int at = level;
    for (int i = 0; i < count; i++) {
      at = level - i;
      int j = depth - 1 - at;
      double[] logits = logits(at);
      if (i > 0) {
        for (int v = 0; v < codes; v++) {
          for (int k = 0; k < h; k++) {
            logits[v] += dot(p.get("head.lift"), k, read) * scaled(j, v, k);
          }
        }
      }
      int v = code(c, i);
      logWeights[c] += logSoftmax(logits)[v];
      for (int k = 0; k < h; k++) {
        sums[c][k] += books[(j * codes + v) * h + k];
      }
      if (f > 0) {
        read = new double[f];
        for (int o = 0; o < f; o++) {
          for (int k = 0; k < h; k++) {
            heard[o] += scaled(j, v, k) * p.get("head.remainder.code")[(j * h + k) * f + o];
          }
          read[o] = gelu(heard[o] + p.get("head.remainder.step")[at * f + o]);
        }
      }
    }
    parts(c, read, at);
  }

  private void parts(int c, double[] read, int at) {
    int outputs = settings.outputs(h);
    double[] y = new double[outputs];
    for (int o = 0; o < outputs; o++) {
      y[o] =
          p.get("head.remainder.start")[at * outputs + o]
              + dot(p.get("head.remainder.leave"), o, read);
    }
    int parts = settings.parts();
    double[] weights = new double[parts];
    System.arraycopy(y, 0, weights, 0, parts);
    logParts[c] = logSoftmax(weights);
    means[c] = new double[parts][h];
    scales[c] = new double[parts][h];
    double unit = p.get("head.unit")[at];
    for (int m = 0; m < parts; m++) {
      for (int k = 0; k < h; k++) {
        means[c][m][k] = unit * y[parts + m * h + k];
        int scale = settings.scale() == HeadSpec.Scale.DIAGONAL ? m * h + k : m;
        scales[c][m][k] = unit * Math.exp(Math.max(-4, y[parts + parts * h + scale]));
      }
    }
  }

  /** The logits of a depth's own rows. */
  private double[] logits(int at) {
    int table = settings.weights() == HeadSpec.Weights.PER_DEPTH ? depth - 1 - at : 0;
    double[] logits = new double[codes];
    for (int v = 0; v < codes; v++) {
      int row = table * codes + v;
      logits[v] = p.get("head.bias")[row] + dot(p.get("head.weight"), row, x);
    }
    return logits;
  }

  /** A code in units of what was masked before it. */
  private double scaled(int j, int v, int k) {
    return books[(j * codes + v) * h + k] / p.get("head.size")[depth - 1 - j];
  }

  /** The number of the component that a position's codes from depth j on are. */
  int component(int[] own, int offset) {
    int c = 0;
    for (int i = 0; i < count; i++) {
      c = c * codes + own[offset + i];
    }
    return c;
  }

  /** The i-th code of a component. */
  int code(int component, int i) {
    return component / (int) Math.pow(codes, count - 1 - i) % codes;
  }

  /** Whether the codes of a component leave nothing of the sum. */
  boolean whole() {
    return count == level + 1;
  }

  /** log p(z | v). */
  double given(double[] z, int v) {
    double[] each = new double[means[v].length];
    for (int m = 0; m < each.length; m++) {
      each[m] = logParts[v][m];
      for (int k = 0; k < z.length; k++) {
        double t = (z[k] - sums[v][k] - means[v][m][k]) / scales[v][m][k];
        each[m] -= t * t / 2 + Math.log(scales[v][m][k]) + Math.log(2 * Math.PI) / 2;
      }
    }
    return logSumExp(each);
  }

  /** −log p(z). */
  double exact(double[] z) {
    double[] each = new double[logWeights.length];
    for (int v = 0; v < each.length; v++) {
      each[v] = logWeights[v] + given(z, v);
    }
    return -logSumExp(each);
  }

  /** The hidden state of a row. */
  static double[] row(NDArray x, int i) {
    return HeadCase.doubles(x.get(i).toFloatArray());
  }

  private static double dot(double[] matrix, int row, double[] x) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += matrix[row * x.length + i] * x[i];
    }
    return sum;
  }

  private static double gelu(double x) {
    return x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));
  }

  private static double logSumExp(double[] x) {
    double most = Double.NEGATIVE_INFINITY;
    for (double value : x) {
      most = Math.max(most, value);
    }
    double sum = 0;
    for (double value : x) {
      sum += Math.exp(value - most);
    }
    return most + Math.log(sum);
  }

  private static double[] logSoftmax(double[] x) {
    double whole = logSumExp(x);
    double[] out = new double[x.length];
    for (int i = 0; i < x.length; i++) {
      out[i] = x[i] - whole;
    }
    return out;
  }
}
