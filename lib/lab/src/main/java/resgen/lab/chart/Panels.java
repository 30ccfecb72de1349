package resgen.lab.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/**
 * Small pictures side by side with their names: matrices as squares of colour (masks, confidences),
 * which share one scale from pale at 0 to dark at 1, and samples.
 */
public final class Panels {

  private static final int GAP = 14;
  private static final int TOP = 20;
  private static final int SPACE = 4;
  private static final Color PALE = new Color(0xF4F4EC);
  private static final Color DARK = new Color(0x17407A);
  private static final Color FRAME = new Color(0xC8C8C0);

  private Panels() {}

  /**
   * Draws matrices, first row on top.
   *
   * @param matrices all of one size, {@code [rows][columns]}; values outside 0 … 1 are clamped
   * @param captions one per matrix
   * @param across how many stand in a row
   * @param cell pixels of a square's side
   * @throws IllegalArgumentException if there are no matrices, or sizes or captions do not fit
   */
  public static BufferedImage draw(
      List<double[][]> matrices, List<String> captions, int across, int cell) {
    check(matrices, captions, across, cell);
    int width = matrices.get(0)[0].length * cell + GAP;
    int height = matrices.get(0).length * cell + GAP + TOP;
    int columns = Math.min(across, matrices.size());
    int rows = (matrices.size() + across - 1) / across;
    BufferedImage picture =
        new BufferedImage(columns * width, rows * height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas(picture, new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    for (int i = 0; i < matrices.size(); i++) {
      int x = i % across * width + GAP / 2;
      int y = i / across * height + TOP;
      g.setColor(Color.BLACK);
      g.drawString(captions.get(i), x, y - 5);
      paint(g, matrices.get(i), x, y, cell);
    }
    g.dispose();
    return picture;
  }

  /**
   * Puts pictures side by side, a row for each name: the samples of several models, or what is
   * real, reconstructed, sampled and sampled without context.
   *
   * @param rows by the name that stands at the left of each, from top to bottom; pictures of one
   *     size
   * @param scale how many pixels a pixel becomes, across and down, at least 1
   * @throws IllegalArgumentException if there is no picture, or they differ in size or number
   */
  public static BufferedImage rows(Map<String, List<BufferedImage>> rows, int scale) {
    List<List<BufferedImage>> all = List.copyOf(rows.values());
    if (all.isEmpty() || all.get(0).isEmpty() || scale < 1) {
      throw new IllegalArgumentException(
          rows.size()
              + " rows of pictures, the first not empty, and scale "
              + scale
              + " of 1 or more");
    }
    BufferedImage first = all.get(0).get(0);
    rows.forEach((name, row) -> requireLike(name, row, first, all.get(0).size()));
    Font font = new Font(Font.SANS_SERIF, Font.PLAIN, 20);
    int w = scale * first.getWidth() + SPACE;
    int h = Math.max(scale * first.getHeight() + SPACE, 28);
    int left = 2 * GAP + rows.keySet().stream().mapToInt(n -> width(n, font)).max().orElse(0);
    BufferedImage picture =
        new BufferedImage(
            left + w * all.get(0).size() + GAP,
            h * rows.size() + 2 * GAP,
            BufferedImage.TYPE_INT_RGB);
    Graphics2D g = canvas(picture, font);
    int y = GAP;
    for (Map.Entry<String, List<BufferedImage>> row : rows.entrySet()) {
      g.setColor(Palette.INK);
      g.drawString(row.getKey(), GAP, y + (h - SPACE) / 2 + 7);
      for (int i = 0; i < row.getValue().size(); i++) {
        g.drawImage(
            row.getValue().get(i), left + i * w, y, w - SPACE, scale * first.getHeight(), null);
      }
      y += h;
    }
    g.dispose();
    return picture;
  }

  private static void requireLike(
      String name, List<BufferedImage> row, BufferedImage first, int count) {
    boolean fits =
        row.size() == count
            && row.stream()
                .allMatch(
                    p -> p.getWidth() == first.getWidth() && p.getHeight() == first.getHeight());
    if (!fits) {
      throw new IllegalArgumentException(
          "row '%s' of %d pictures does not have %d of %d × %d pixels, as the first row"
              .formatted(name, row.size(), count, first.getWidth(), first.getHeight()));
    }
  }

  private static int width(String text, Font font) {
    BufferedImage any = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = any.createGraphics();
    int width = g.getFontMetrics(font).stringWidth(text);
    g.dispose();
    return width;
  }

  /** A white canvas with smooth text. */
  private static Graphics2D canvas(BufferedImage picture, Font font) {
    Graphics2D g = picture.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, picture.getWidth(), picture.getHeight());
    g.setFont(font);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    return g;
  }

  private static void paint(Graphics2D g, double[][] matrix, int x, int y, int cell) {
    for (int row = 0; row < matrix.length; row++) {
      for (int column = 0; column < matrix[row].length; column++) {
        g.setColor(color(matrix[row][column]));
        g.fillRect(x + column * cell, y + row * cell, cell, cell);
        g.setColor(FRAME);
        g.drawRect(x + column * cell, y + row * cell, cell, cell);
      }
    }
  }

  /** The colour of a value; NaN is white. */
  private static Color color(double value) {
    if (Double.isNaN(value)) {
      return Color.WHITE;
    }
    double v = Math.max(0, Math.min(1, value));
    return new Color(
        (int) Math.round(PALE.getRed() + v * (DARK.getRed() - PALE.getRed())),
        (int) Math.round(PALE.getGreen() + v * (DARK.getGreen() - PALE.getGreen())),
        (int) Math.round(PALE.getBlue() + v * (DARK.getBlue() - PALE.getBlue())));
  }

  private static void check(
      List<double[][]> matrices, List<String> captions, int across, int cell) {
    if (matrices.isEmpty() || captions.size() != matrices.size()) {
      throw new IllegalArgumentException(
          captions.size() + " captions do not fit " + matrices.size() + " matrices, at least 1");
    }
    if (across < 1 || cell < 2) {
      throw new IllegalArgumentException(
          "across " + across + " must be at least 1 and cell " + cell + " at least 2");
    }
    int rows = matrices.get(0).length;
    int columns = rows == 0 ? 0 : matrices.get(0)[0].length;
    for (double[][] matrix : matrices) {
      boolean fits = columns > 0 && matrix.length == rows;
      for (int row = 0; fits && row < rows; row++) {
        fits = matrix[row].length == columns;
      }
      if (!fits) {
        throw new IllegalArgumentException(
            "a matrix is not of "
                + rows
                + "×"
                + columns
                + " values, as the first one, 1×1 or more");
      }
    }
  }
}
