package resgen.vision;

import java.util.stream.IntStream;

/**
 * Separable resampling with a Lanczos filter of three lobes, centre-aligned and antialiased as
 * Pillow's {@code Image.resize(size, LANCZOS, box)}: pixel k covers [k, k + 1), a smaller result
 * widens the filter by the factor, and at the border the weights that are left are normalised. The
 * result is rounded once, at its end.
 */
final class Resampler {
  private static final int LOBES = 3;

  /** What a source has to give: its rows, from the top to the bottom. */
  @FunctionalInterface
  interface Rows {
    /** Pixels {@code from … from + count − 1} of row {@code y} as 0xRRGGBB. */
    int[] read(int y, int from, int count);
  }

  /**
   * The part of a source that becomes the result, in pixels that may be broken.
   *
   * @param left where it begins, from the source's left side
   * @param top where it begins, from the source's top
   * @param width how wide it is
   * @param height how high it is
   */
  record Box(double left, double top, double width, double height) {}

  /** Weights of the source pixels {@code from …} for one pixel of the result; they sum to 1. */
  private record Taps(int from, double[] weights) {
    int end() {
      return from + weights.length;
    }
  }

  private Resampler() {}

  /**
   * Scales a part of a source to a square. Only the rows and columns that the filter reaches are
   * read, and memory is that of the result, whatever the source's proportions are.
   *
   * @param width of the source
   * @param height of the source
   * @param size height and width of the result
   * @return 3·size·size bytes, CHW
   */
  static byte[] resample(Rows source, int width, int height, Box box, int size) {
    Taps[] across = taps(width, box.left(), box.width(), size);
    Taps[] down = taps(height, box.top(), box.height(), size);
    int left = across[0].from();
    int columns = across[size - 1].end() - left;
    double[][] sums = new double[size][3 * size]; // of each row of the result, RGB by RGB
    double[] row = new double[3 * size];
    int first = 0; // row of the result that still takes from the source
    for (int y = down[0].from(); y < down[size - 1].end(); y++) {
      across(source.read(y, left, columns), left, across, row);
      while (down[first].end() <= y) {
        first++;
      }
      for (int r = first; r < size && down[r].from() <= y; r++) {
        double weight = down[r].weights()[y - down[r].from()];
        for (int i = 0; i < row.length; i++) {
          sums[r][i] += weight * row[i];
        }
      }
    }
    return planar(sums, size);
  }

  private static void across(int[] pixels, int left, Taps[] taps, double[] row) {
    for (int x = 0; x < taps.length; x++) {
      double red = 0;
      double green = 0;
      double blue = 0;
      double[] weights = taps[x].weights();
      for (int k = 0; k < weights.length; k++) {
        int pixel = pixels[taps[x].from() - left + k];
        red += weights[k] * (pixel >> 16 & 0xFF);
        green += weights[k] * (pixel >> 8 & 0xFF);
        blue += weights[k] * (pixel & 0xFF);
      }
      row[3 * x] = red;
      row[3 * x + 1] = green;
      row[3 * x + 2] = blue;
    }
  }

  private static byte[] planar(double[][] rows, int size) {
    byte[] bytes = new byte[3 * size * size];
    for (int y = 0; y < size; y++) {
      for (int i = 0; i < 3 * size; i++) {
        long value = Math.round(Math.min(255, Math.max(0, rows[y][i])));
        bytes[(i % 3 * size + y) * size + i / 3] = (byte) value;
      }
    }
    return bytes;
  }

  private static Taps[] taps(int source, double start, double extent, int size) {
    double scale = extent / size;
    double widening = Math.max(1, scale);
    double support = LOBES * widening;
    Taps[] taps = new Taps[size];
    for (int i = 0; i < size; i++) {
      double centre = start + (i + 0.5) * scale;
      int from = (int) Math.max(0, Math.floor(centre - support + 0.5));
      int end = (int) Math.min(source, Math.floor(centre + support + 0.5));
      double[] weights =
          IntStream.range(from, end)
              .mapToDouble(k -> lanczos((k + 0.5 - centre) / widening))
              .toArray();
      double sum = IntStream.range(0, weights.length).mapToDouble(k -> weights[k]).sum();
      for (int k = 0; k < weights.length; k++) {
        weights[k] /= sum;
      }
      taps[i] = new Taps(from, weights);
    }
    return taps;
  }

  private static double lanczos(double x) {
    return Math.abs(x) < LOBES ? sinc(x) * sinc(x / LOBES) : 0;
  }

  private static double sinc(double x) {
    return x == 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
  }
}
