package resgen.head;

import ai.djl.ndarray.NDArray;
import java.util.HashMap;
import java.util.Map;
import resgen.model.Model;

/** p(z) of a {@link CodeMixtureHead} at one position, in double precision, from the formulas. */
final class CodeMixtureReference {

  final double[] logWeights; // log π_v
  final double[][] logParts; // log ω_m(v)
  final double[][][] means; // μ_m(v), in the codes' own unit
  final double[][][] scales; // σ_m(v), a number for each dimension

  private final double[][] code; // e(v; j)

  /**
   * The distribution that a hidden state says, where all depths from j = D − 1 − level are masked.
   */
  CodeMixtureReference(Model model, double[] x, int level) {
    Map<String, double[]> p = new HashMap<>();
    model
        .parameters()
        .arrays()
        .forEach((name, a) -> p.put(name, HeadCase.doubles(a.toFloatArray())));
    HeadSpec.CodeMixture s = (HeadSpec.CodeMixture) model.spec().head();
    int d = model.codebooks().depth();
    int codes = model.codebooks().codes();
    int h = model.codebooks().dimension();
    int parts = s.parts();
    int f = s.hidden();
    int j = d - 1 - level;
    double[] books = HeadCase.doubles(model.codebooks().array().toFloatArray());
    code = new double[codes][h];
    for (int v = 0; v < codes; v++) {
      System.arraycopy(books, (j * codes + v) * h, code[v], 0, h);
    }
    int table = s.weights() == HeadSpec.Weights.PER_DEPTH ? j : 0;
    double[] logits = new double[codes];
    for (int v = 0; v < codes; v++) {
      int row = table * codes + v;
      logits[v] = p.get("head.bias")[row] + dot(p.get("head.weight"), row, x);
    }
    logWeights = logSoftmax(logits);
    logParts = new double[codes][];
    means = new double[codes][parts][h];
    scales = new double[codes][parts][h];
    double unit = p.get("head.unit")[level];
    double size = p.get("head.size")[level];
    for (int v = 0; v < codes; v++) {
      double[] read = x;
      if (f > 0) {
        read = new double[f];
        for (int i = 0; i < f; i++) {
          double sum =
              dot(p.get("head.remainder.enter"), i, x)
                  + p.get("head.remainder.step")[level * f + i];
          for (int k = 0; k < h; k++) {
            sum += code[v][k] / size * p.get("head.remainder.code")[(j * h + k) * f + i];
          }
          read[i] = gelu(sum);
        }
      }
      int outputs = s.outputs(h);
      double[] y = new double[outputs];
      for (int o = 0; o < outputs; o++) {
        y[o] =
            p.get("head.remainder.start")[level * outputs + o]
                + dot(p.get("head.remainder.leave"), o, read);
      }
      double[] weights = new double[parts];
      System.arraycopy(y, 0, weights, 0, parts);
      logParts[v] = logSoftmax(weights);
      for (int m = 0; m < parts; m++) {
        for (int k = 0; k < h; k++) {
          means[v][m][k] = unit * y[parts + m * h + k];
          int at = s.scale() == HeadSpec.Scale.DIAGONAL ? m * h + k : m;
          scales[v][m][k] = unit * Math.exp(Math.max(-4, y[parts + parts * h + at]));
        }
      }
    }
  }

  /** log p(z | v). */
  double given(double[] z, int v) {
    double[] each = new double[means[v].length];
    for (int m = 0; m < each.length; m++) {
      each[m] = logParts[v][m];
      for (int k = 0; k < z.length; k++) {
        double t = (z[k] - code[v][k] - means[v][m][k]) / scales[v][m][k];
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
