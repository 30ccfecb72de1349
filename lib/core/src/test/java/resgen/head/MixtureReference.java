package resgen.head;

import java.util.Arrays;
import java.util.Map;

/** The loss at one position in double precision, from the formulas and with the means built. */
final class MixtureReference {

  final double[] logits;
  final double[][] means;
  final double[] shift;
  final double logScale;
  final double[] logNormal;

  private final double sharpness;
  private final double prior;

  /** Output layer and densities at a position. */
  MixtureReference(
      HeadSpec.Mixture settings,
      Objective.Bound bound,
      Map<String, double[]> values,
      int level,
      double[] x,
      double[] z) {
    int k = settings.components();
    int h = z.length;
    int d = settings.meanOutputs(h);
    sharpness = bound.sharpness();
    prior = bound.prior();
    double[] y = values.get("bias").clone();
    double[] weight = values.get("weight");
    for (int o = 0; o < y.length; o++) {
      y[o] += settings.levelBias() ? values.get("levels")[level * y.length + o] : 0;
      for (int i = 0; i < x.length; i++) {
        y[o] += weight[o * x.length + i] * x[i];
      }
    }
    logits = Arrays.copyOf(y, k);
    shift = Arrays.copyOfRange(y, k + k * d, k + k * d + h);
    double unit = values.get("unit")[level];
    for (int i = 0; i < h; i++) {
      shift[i] *= Math.exp(unit);
    }
    logScale = Math.max(values.get("floor")[level], unit + y[k + k * d + h]);
    boolean anchored = settings.means() == HeadSpec.Means.ANCHORED;
    int row = anchored ? level * k : 0;
    means = new double[k][];
    logNormal = new double[k];
    for (int v = 0; v < k; v++) {
      double[] local = Arrays.copyOfRange(y, k + v * d, k + v * d + d);
      means[v] =
          settings.means() == HeadSpec.Means.FULL ? local : lift(values, v, row + v, h, local);
      double distance = 0;
      for (int i = 0; i < h; i++) {
        double e = (z[i] - shift[i]) * Math.exp(-logScale) - means[v][i];
        distance += e * e;
      }
      logNormal[v] = -distance / 2 - h / 2.0 * Math.log(2 * Math.PI);
    }
  }

  private static double[] lift(
      Map<String, double[]> values, int v, int row, int h, double[] local) {
    double[] mean = new double[h];
    int d = local.length;
    for (int i = 0; i < h; i++) {
      mean[i] = values.get("offset")[row * h + i];
      for (int j = 0; j < d; j++) {
        mean[i] += values.get("basis")[(v * h + i) * d + j] * local[j];
      }
    }
    return mean;
  }

  static double[] logSoftmax(double[] x) {
    double most = Arrays.stream(x).max().orElseThrow();
    double total = 0;
    for (double value : x) {
      total += Math.exp(value - most);
    }
    double log = most + Math.log(total);
    return Arrays.stream(x).map(value -> value - log).toArray();
  }

  /** q with its smoothing. */
  double[] responsibilities(double smoothing) {
    double[] logPi = logSoftmax(logits);
    double[] score = new double[logPi.length];
    Arrays.setAll(score, v -> sharpness * logNormal[v] + prior * logPi[v]);
    double[] q = logSoftmax(score);
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
