package resgen.quantize;

/** Residual quantization in plain loops of double arithmetic, for tests to compare with. */
final class PlainRvq {

  private PlainRvq() {}

  static double distance(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }

  static int nearest(double[] r, double[][] book) {
    int best = 0;
    for (int v = 1; v < book.length; v++) {
      if (distance(r, book[v]) < distance(r, book[best])) {
        best = v;
      }
    }
    return best;
  }

  static double[] minus(double[] a, double[] b) {
    double[] out = a.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] -= b[i];
    }
    return out;
  }

  static double[] plus(double[] a, double[] b, double factor) {
    double[] out = a.clone();
    for (int i = 0; i < out.length; i++) {
      out[i] += factor * b[i];
    }
    return out;
  }

  /** log N(r; e, s²I) of the chosen code over the sum of all codes'. */
  static double posterior(double[] r, double[][] book, int chosen, double sigma) {
    double total = 0;
    for (double[] e : book) {
      total += Math.exp((distance(r, book[chosen]) - distance(r, e)) / (2 * sigma * sigma));
    }
    return -Math.log(total);
  }

  /** The probabilistic update's new codebook; {@code decay} 0 gives Σ w·r itself. */
  static double[][] probabilistic(double[][] x, double[][] book, double decay) {
    int n = x.length;
    int v = book.length;
    double s2 = 0;
    for (double[] r : x) {
      s2 += distance(r, book[nearest(r, book)]) / (n * (double) r.length);
    }
    double[][] responsibility = new double[n][v];
    for (int i = 0; i < n; i++) {
      for (int k = 0; k < v; k++) {
        double total = 0;
        for (double[] e : book) {
          total += Math.exp((distance(x[i], book[k]) - distance(x[i], e)) / (2 * s2));
        }
        responsibility[i][k] = 1 / total;
      }
    }
    double[][] moved = new double[v][];
    for (int k = 0; k < v; k++) {
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += responsibility[i][k];
      }
      double[] mean = new double[book[k].length];
      for (int i = 0; i < n; i++) {
        mean = plus(mean, x[i], responsibility[i][k] / sum);
      }
      double[] old = new double[mean.length];
      moved[k] = plus(plus(old, book[k], decay), mean, 1 - decay);
    }
    return moved;
  }

  /** Averages of one code as EMA-VQ keeps them. */
  static final class Average {
    double count;
    double[] sum;

    Average(double count, double[] mean) {
      this.count = count;
      sum = plus(new double[mean.length], mean, count);
    }

    double[] mean() {
      return plus(new double[sum.length], sum, 1 / count);
    }
  }

  /** One EMA-VQ step without restarts. */
  static void average(double[][] x, Average[] codes, double decay) {
    double[][] book = new double[codes.length][];
    for (int k = 0; k < codes.length; k++) {
      book[k] = codes[k].mean();
    }
    int[] n = new int[codes.length];
    double[][] totals = new double[codes.length][x[0].length];
    for (double[] r : x) {
      int k = nearest(r, book);
      n[k]++;
      totals[k] = plus(totals[k], r, 1);
    }
    for (int k = 0; k < codes.length; k++) {
      codes[k].count = decay * codes[k].count + (1 - decay) * n[k];
      double[] old = new double[codes[k].sum.length];
      codes[k].sum = plus(plus(old, codes[k].sum, decay), totals[k], 1 - decay);
    }
  }

  static double[][] rows(float[] values, int width) {
    double[][] rows = new double[values.length / width][width];
    for (int i = 0; i < values.length; i++) {
      rows[i / width][i % width] = values[i];
    }
    return rows;
  }

  static float[] floats(double[][] rows) {
    float[] out = new float[rows.length * rows[0].length];
    for (int i = 0; i < out.length; i++) {
      out[i] = (float) rows[i / rows[0].length][i % rows[0].length];
    }
    return out;
  }
}
