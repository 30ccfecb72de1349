package resgen.kernel.render.library;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.Locale;
import java.util.Optional;

/**
 * Arrays shaped like images as pictures: {@code [H, W]}, {@code [1|3, H, W]}, {@code [H, W, 1|3]},
 * and a grid of the first of {@code [N, 1|3, H, W]}; uint8, or floats of which the range is told.
 *
 * @param picture the picture
 * @param zoom how large a pixel should be shown
 * @param note what black and white stand for, and how many images are shown
 */
record TensorPicture(BufferedImage picture, int zoom, String note) {
  private static final int LEAST = 8;
  private static final int MOST = 2048;
  private static final int MOST_IMAGES = 64;
  private static final int COLUMNS = 16;
  private static final int GAP = 2;
  private static final int SMALL = 64;
  private static final int WIDE = 512;

  /** Rows, columns and channels, with the distances of their neighbours in the flat array. */
  private record Layout(int images, int h, int w, int channels, int perImage, int perChannel) {}

  static Optional<TensorPicture> of(NDArray array, Numbers numbers) {
    DataType type = array.getDataType();
    Layout layout = layout(array.getShape());
    boolean fits = type == DataType.UINT8 || (type.isFloating() && numbers.allFinite());
    if (layout == null || !fits || layout.h > MOST || layout.w > MOST) {
      return Optional.empty();
    }
    double[] range = range(type, numbers);
    int shown = shown(layout);
    double[] values;
    if (array.getShape().dimension() == 4) {
      try (NDArray first = array.get(new NDIndex().addSliceDim(0, shown))) {
        values = Numbers.values(first);
      }
    } else {
      values = Numbers.values(array);
    }
    int zoom = Math.max(1, Math.min(4, 2 * SMALL / Math.max(layout.h, layout.w)));
    String note =
        type == DataType.UINT8
            ? "black 0, white 255"
            : String.format(Locale.ROOT, "black %.4g, white %.4g", range[0], range[1]);
    String of = shown < layout.images ? ", " + shown + " of " + layout.images + " images" : "";
    int step = Math.max(1, (Math.max(layout.h, layout.w) + WIDE - 1) / WIDE);
    BufferedImage picture = draw(values, layout, shown, range, step);
    String sparse = step > 1 ? ", one pixel of " + step + " × " + step : "";
    return Optional.of(
        new TensorPicture(
            picture, layout.images > 1 ? Math.min(2, zoom) : zoom, note + sparse + of));
  }

  private static int shown(Layout layout) {
    long pixels = (long) layout.h * layout.w;
    return (int) Math.max(1, Math.min(Math.min(layout.images, MOST_IMAGES), (1 << 22) / pixels));
  }

  private static Layout layout(Shape shape) {
    int rank = shape.dimension();
    if (rank < 2 || rank > 4 || shape.size() == 0) {
      return null;
    }
    long[] d = shape.getShape();
    if (rank == 2) {
      return large(d[0], d[1]) ? plain(1, d[0], d[1], 1) : null;
    }
    long channels = d[rank - 3];
    if ((channels == 1 || channels == 3) && large(d[rank - 2], d[rank - 1])) {
      return plain(rank == 4 ? d[0] : 1, d[rank - 2], d[rank - 1], channels);
    }
    if (rank == 3 && (d[2] == 1 || d[2] == 3) && large(d[0], d[1])) {
      return new Layout(1, (int) d[0], (int) d[1], (int) d[2], 0, 1);
    }
    return null;
  }

  private static Layout plain(long n, long h, long w, long channels) {
    int pixels = (int) Math.min(Integer.MAX_VALUE / 3, h * w);
    return new Layout((int) n, (int) h, (int) w, (int) channels, pixels * (int) channels, pixels);
  }

  private static boolean large(long h, long w) {
    return h >= LEAST && w >= LEAST;
  }

  private static double[] range(DataType type, Numbers numbers) {
    if (type == DataType.UINT8) {
      return new double[] {0, 255};
    }
    if (numbers.min() >= -1 && numbers.max() <= 1 && numbers.max() > numbers.min()) {
      return new double[] {numbers.min() >= 0 ? 0 : -1, 1};
    }
    return new double[] {numbers.min(), numbers.max()};
  }

  private static BufferedImage draw(
      double[] values, Layout at, int shown, double[] range, int step) {
    int h = (at.h + step - 1) / step;
    int w = (at.w + step - 1) / step;
    int columns = Math.min(shown, COLUMNS);
    int rows = (shown + columns - 1) / columns;
    int gap = shown > 1 ? GAP : 0;
    BufferedImage out =
        new BufferedImage(
            columns * (w + gap) - gap, rows * (h + gap) - gap, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = out.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, out.getWidth(), out.getHeight());
    g.dispose();
    for (int i = 0; i < shown; i++) {
      for (int p = 0; p < h * w; p++) {
        int x = i % columns * (w + gap) + p % w;
        int y = i / columns * (h + gap) + p / w;
        int from = p / w * step * at.w + p % w * step;
        out.setRGB(x, y, rgb(values, at, i, from, range));
      }
    }
    return out;
  }

  private static int rgb(double[] values, Layout at, int image, int pixel, double[] range) {
    int apart = at.perChannel == 1 ? at.channels : 1; // from pixel to pixel
    double scale = range[1] > range[0] ? 255 / (range[1] - range[0]) : 0;
    int rgb = 0;
    for (int c = 0; c < 3; c++) {
      int channel = at.channels == 1 ? 0 : c;
      double v = values[image * at.perImage + channel * at.perChannel + pixel * apart];
      rgb = rgb << 8 | (int) Math.round(Math.max(0, Math.min(255, (v - range[0]) * scale)));
    }
    return rgb;
  }
}
