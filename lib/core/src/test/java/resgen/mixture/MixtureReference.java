package resgen.mixture;

import java.util.Map;

/** The loss at one position in double precision, from the formulas and with the means built. */
final class MixtureReference {

  final double[] logits;
  final double[][] means;
  final double[] shift;
  final double logScale;
  final double[] logNormal;

  /** Output layer and densities at a position. */
  MixtureReference(MixtureSettings settings, Map<String, double[]> values, double[] x, double[] z) {
    int k = settings.components();
    int h = z.length;
    int d = settings.rank() > 0 ? settings.rank() : h;
    double[] y = values.get("bias").clone();
    double[] weight = values.get("weight");
    for (int o = 0; o < y.length; o++) {
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    logits = java.util.Arrays.copyOf(y, k);
    shift = java.util.Arrays.copyOfRange(y, k + k * d, k + k * d + h);
    logScale = Math.max(settings.minLogScale(), y[k + k * d + h]);
    means = new double[k][];
    logNormal = new double[k];
    for (int v = 0; v < k; v++) {
      double[] local = java.util.Arrays.copyOfRange(y, k + v * d, k + v * d + d);
      means[v] = settings.rank() > 0 ? lift(values, v, h, local) : local;
      double distance = 0;
      for (int i = 0; i < h; i++) {
        double e = (z[i] - shift[i]) * Math.exp(-logScale) - means[v][i];
        distance += e * e;
      }
      logNormal[v] = -distance / 2 - h / 2.0 * Math.log(2 * Math.PI);
    }
  }

  private static double[] lift(Map<String, double[]> values, int v, int h, double[] local) {
    double[] mean = new double[h];
    int d = local.length;
    for (int i = 0; i < h; i++) {
      mean[i] = values.get("offset")[v * h + i];
      for (int j = 0; j < d; j++) {
        mean[i] += values.get("basis")[(v * h + i) * d + j] * local[j];
      }
    }
    return mean;
  }

  static double[] logSoftmax(double[] x) {
    double most = java.util.Arrays.stream(x).max().orElseThrow();
    double total = 0;
    for (double value : x) {
      total += Math.exp(value - most);
    }
    double log = most + Math.log(total);
    return java.util.Arrays.stream(x).map(value -> value - log).toArray();
  }

  /** q with its smoothing. */
  double[] responsibilities(double smoothing) {
    double[] q = logSoftmax(logNormal);
    for (int v = 0; v < q.length; v++) {
      q[v] = Math.exp(q[v]) * (1 - smoothing) + smoothing / q.length;
    }
    return q;
  }

  double regression(double[] q) {
    double sum = shift.length * logScale;
    for (int v = 0; v < q.length; v++) {
      sum -= q[v] * logNormal[v];
    }
    return sum;
  }

  double divergence(double[] q) {
    double[] logPi = logSoftmax(logits);
    double sum = 0;
    for (int v = 0; v < q.length; v++) {
      sum += q[v] == 0 ? 0 : q[v] * (Math.log(q[v]) - logPi[v]);
    }
    return sum;
  }

  double exact() {
    double[] joint = logSoftmax(logits);
    double most = Double.NEGATIVE_INFINITY;
    for (int v = 0; v < joint.length; v++) {
      joint[v] += logNormal[v];
      most = Math.max(most, joint[v]);
    }
    double total = 0;
    for (double value : joint) {
      total += Math.exp(value - most);
    }
    return shift.length * logScale - most - Math.log(total);
  }
}
