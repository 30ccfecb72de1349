package resgen.kernel.render.library;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import java.util.Locale;

/**
 * Statistics over the numbers of an array. They are read in pieces, so that an array of any size,
 * on any device, costs little memory; of a very large one every k-th piece is read.
 */
final class Numbers {
  private static final long PIECE = 1 << 20;
  private static final long MOST = 16 << 20;

  private final long stride;
  private long piece;
  private long seen;
  private long nan;
  private long infinite;
  private double min = Double.POSITIVE_INFINITY;
  private double max = Double.NEGATIVE_INFINITY;
  private double mean;
  private double squares; // of deviations from the mean, as in Welford's method

  private Numbers(long stride) {
    this.stride = stride;
  }

  /** The statistics of an array that is not empty. */
  static Numbers of(NDArray array) {
    Numbers out = new Numbers(Math.max(1, (array.size() + MOST - 1) / MOST));
    out.read(array);
    return out;
  }

  private void read(NDArray array) {
    if (array.size() <= PIECE) {
      if (piece++ % stride == 0) {
        for (double v : values(array)) {
          add(v);
        }
      }
      return;
    }
    long rows = array.getShape().get(0);
    if (rows == 1) {
      try (NDArray row = array.get(0)) {
        read(row);
      }
      return;
    }
    long half = rows / 2;
    try (NDArray first = array.get(new NDIndex().addSliceDim(0, half))) {
      read(first);
    }
    try (NDArray second = array.get(new NDIndex().addSliceDim(half, rows))) {
      read(second);
    }
  }

  private void add(double v) {
    seen++;
    if (Double.isNaN(v)) {
      nan++;
      return;
    }
    if (Double.isInfinite(v)) {
      infinite++;
      return;
    }
    min = Math.min(min, v);
    max = Math.max(max, v);
    double away = v - mean;
    mean += away / finite();
    squares += away * (v - mean);
  }

  private long finite() {
    return seen - nan - infinite;
  }

  double min() {
    return min;
  }

  double max() {
    return max;
  }

  boolean allFinite() {
    return finite() == seen && seen > 0;
  }

  /** In one line. */
  String line(long size) {
    StringBuilder out = new StringBuilder();
    if (finite() > 0) {
      double deviation = Math.sqrt(squares / finite());
      out.append(
          String.format(
              Locale.ROOT, "min %.4g, max %.4g, mean %.4g, std %.4g", min, max, mean, deviation));
    } else {
      out.append("no finite value");
    }
    out.append(nan > 0 ? ", NaN " + nan : "").append(infinite > 0 ? ", infinite " + infinite : "");
    if (seen < size) {
      out.append(String.format(Locale.ROOT, " (of %,d of %,d numbers)", seen, size));
    }
    return out.toString();
  }

  /** All numbers of a small array, row by row. */
  static double[] values(NDArray array) {
    DataType type = array.getDataType();
    if (type == DataType.FLOAT64) {
      return array.toDoubleArray();
    }
    if (type == DataType.INT64) {
      return java.util.stream.LongStream.of(array.toLongArray()).asDoubleStream().toArray();
    }
    if (type == DataType.INT32) {
      return java.util.stream.IntStream.of(array.toIntArray()).asDoubleStream().toArray();
    }
    if (type == DataType.FLOAT32) {
      return doubles(array.toFloatArray());
    }
    try (NDArray floats = array.toType(DataType.FLOAT32, true)) {
      return doubles(floats.toFloatArray());
    }
  }

  private static double[] doubles(float[] from) {
    double[] out = new double[from.length];
    for (int i = 0; i < out.length; i++) {
      out[i] = from[i];
    }
    return out;
  }
}
