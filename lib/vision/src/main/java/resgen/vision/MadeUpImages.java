package resgen.vision;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import resgen.noise.Noise;

/**
 * Pictures to try things out on: a circle, square or triangle of any colour, size and direction
 * somewhere on a plain ground. Picture i of a class depends on the seed, the class and i alone.
 */
public final class MadeUpImages {
  /** The classes and their shapes, of size 2 about the origin. */
  private static final Map<String, Shape> SHAPES =
      Map.of(
          "circle", new Ellipse2D.Double(-1, -1, 2, 2),
          "square", new Rectangle2D.Double(-0.9, -0.9, 1.8, 1.8),
          "triangle", triangle());

  /** The names of the classes, by label. */
  public static final List<String> CLASS_NAMES = SHAPES.keySet().stream().sorted().toList();

  private MadeUpImages() {}

  private static Shape triangle() {
    Path2D path = new Path2D.Double();
    for (int corner = 0; corner < 3; corner++) {
      double angle = 2 * Math.PI * corner / 3;
      if (corner == 0) {
        path.moveTo(1.1 * Math.cos(angle), 1.1 * Math.sin(angle));
      } else {
        path.lineTo(1.1 * Math.cos(angle), 1.1 * Math.sin(angle));
      }
    }
    path.closePath();
    return path;
  }

  /**
   * One picture.
   *
   * @param label of the class, 0..2
   * @param index which picture of the class
   * @param size height and width
   */
  public static BufferedImage picture(int label, int index, int size, long seed) {
    Noise.Stream noise = Noise.of(seed).fork("made-up images").stream(label, index);
    BufferedImage picture = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    float hue = (float) noise.nextDouble();
    g.setColor(Color.getHSBColor(hue, 0.4f, 0.25f));
    g.fillRect(0, 0, size, size);
    AffineTransform place = new AffineTransform();
    double radius = size * (0.2 + 0.12 * noise.nextDouble());
    place.translate(within(radius, size, noise), within(radius, size, noise));
    place.rotate(2 * Math.PI * noise.nextDouble());
    place.scale(radius, radius);
    g.setColor(Color.getHSBColor(hue + 0.3f + 0.4f * (float) noise.nextDouble(), 0.7f, 0.95f));
    g.fill(place.createTransformedShape(SHAPES.get(CLASS_NAMES.get(label))));
    g.dispose();
    return picture;
  }

  /** Where a shape may lie without being cut, turned as it may be. */
  private static double within(double radius, int size, Noise.Stream noise) {
    double reach = 1.3 * radius + 1; // and a pixel for its smooth edge
    return reach + (size - 2 * reach) * noise.nextDouble();
  }

  /**
   * Writes a data set of PNG files: {@code train/<class>/<index>.png}, and {@code val/} with a
   * fifth of that number, one at least, of other pictures.
   *
   * @param directory where to; what is there already stays, but for files of the same names
   * @param size height and width
   * @param perClass training pictures of each class
   * @return how many files were written
   * @throws IllegalArgumentException if a number is not possible
   * @throws java.io.UncheckedIOException naming a file that cannot be written
   */
  public static int write(Path directory, int size, int perClass, long seed) {
    if (size < 8 || size > 1024) {
      throw new IllegalArgumentException("size " + size + " is not in 8 … 1024");
    }
    if (perClass < 1 || perClass > 100_000) {
      throw new IllegalArgumentException("perClass " + perClass + " is not in 1 … 100000");
    }
    int all = perClass + Math.max(1, perClass / 5);
    for (int label = 0; label < CLASS_NAMES.size(); label++) {
      for (int i = 0; i < all; i++) {
        Path folder =
            directory.resolve(i < perClass ? "train" : "val").resolve(CLASS_NAMES.get(label));
        Png.write(folder.resolve("%05d.png".formatted(i)), picture(label, i, size, seed));
      }
    }
    return CLASS_NAMES.size() * all;
  }
}
