package resgen.vision;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/** Pictures of image sets: rows and columns of enlarged images, with row captions. */
public final class ImageGrid {

  private static final int GAP = 2;
  private static final int MARGIN = 96;

  private ImageGrid() {}

  /** One image at its own size. */
  public static BufferedImage one(Images images, int index) {
    int h = images.height();
    int w = images.width();
    byte[] pixels = images.pixels(index);
    BufferedImage picture = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        int[] c = new int[3];
        for (int k = 0; k < 3; k++) {
          int channel = images.channels() == 1 ? 0 : k;
          c[k] = pixels[(channel * h + y) * w + x] & 0xFF;
        }
        picture.setRGB(x, y, c[0] << 16 | c[1] << 8 | c[2]);
      }
    }
    return picture;
  }

  /** Images in reading order, without captions. */
  public static BufferedImage of(Images images, int columns, int zoom) {
    return draw(images, columns, zoom, null);
  }

  /**
   * A row for each class that occurs, with its name before it and its images in their order.
   *
   * @param columns at most so many images a row
   * @param zoom pixels per image pixel
   */
  public static BufferedImage byClass(Images images, int columns, int zoom) {
    int[] labels = images.labels();
    int[] order = new int[images.classNames().size() * columns];
    String[] captions = new String[images.classNames().size()];
    int rows = 0;
    for (int label = 0; label < captions.length; label++) {
      int n = 0;
      for (int i = 0; i < labels.length && n < columns; i++) {
        if (labels[i] == label) {
          order[rows * columns + n++] = i + 1;
        }
      }
      if (n > 0) {
        captions[rows++] = images.classNames().get(label);
      }
    }
    int cellW = images.width() * zoom + GAP;
    int cellH = images.height() * zoom + GAP;
    BufferedImage picture = canvas(MARGIN + columns * cellW, Math.max(1, rows) * cellH);
    Graphics2D g = graphics(picture);
    for (int row = 0; row < rows; row++) {
      g.drawString(captions[row], 4, row * cellH + cellH / 2 + 4);
      for (int c = 0; c < columns; c++) {
        int index = order[row * columns + c] - 1;
        if (index >= 0) {
          paint(g, images, index, MARGIN + c * cellW, row * cellH, zoom);
        }
      }
    }
    g.dispose();
    return picture;
  }

  /**
   * Images in reading order with a caption before each row.
   *
   * @param captions one per row, or null for none
   */
  public static BufferedImage draw(Images images, int columns, int zoom, String[] captions) {
    int rows = Math.max(1, (images.size() + columns - 1) / columns);
    int cellW = images.width() * zoom + GAP;
    int cellH = images.height() * zoom + GAP;
    int left = captions == null ? 0 : MARGIN;
    BufferedImage picture = canvas(left + columns * cellW, rows * cellH);
    Graphics2D g = graphics(picture);
    for (int i = 0; i < images.size(); i++) {
      paint(g, images, i, left + i % columns * cellW, i / columns * cellH, zoom);
    }
    for (int row = 0; captions != null && row < Math.min(rows, captions.length); row++) {
      g.drawString(captions[row], 4, row * cellH + cellH / 2 + 4);
    }
    g.dispose();
    return picture;
  }

  private static BufferedImage canvas(int width, int height) {
    return new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
  }

  private static Graphics2D graphics(BufferedImage picture) {
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setColor(Color.BLACK);
    g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    return g;
  }

  private static void paint(Graphics2D g, Images images, int i, int x, int y, int zoom) {
    g.drawImage(one(images, i), x, y, images.width() * zoom, images.height() * zoom, null);
  }
}
