package resgen.lab.chart;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import resgen.lab.study.Measurement;

/**
 * A chart of measured numbers with their spread, of whatever is measured so far: lines with their
 * names beside them, error bars behind the points, ticks at the data. Or, of things that have names
 * and not numbers, a row for each.
 */
public final class Plot {

  static final int WIDTH = 1280;
  static final int HEIGHT = 800;

  /**
   * How a series is drawn.
   *
   * @param color of lines, points and name
   * @param dashed whether the line is
   * @param hollow whether the points are
   */
  public record Style(Color color, boolean dashed, boolean hollow) {

    /** A solid line with filled points. */
    public static Style of(Color color) {
      return new Style(color, false, false);
    }

    /** In a model's colour. */
    public static Style model(String label) {
      return of(Palette.model(label));
    }

    /** With a dashed line. */
    public Style dashes() {
      return new Style(color, true, hollow);
    }
  }

  /**
   * A point.
   *
   * @param deviation half the error bar; 0 for none
   * @param label beside it; may be empty
   * @param color of the point
   */
  record Point(double x, double y, double deviation, String label, Color color) {}

  record Series(String name, Style style, List<Point> points) {}

  final String title;
  final String xTitle;
  final String yTitle;
  String note = "";
  boolean logX;
  boolean logY;
  boolean measuredX;
  List<String> places = List.of();
  final List<Series> all = new ArrayList<>();

  /** An empty one. */
  public Plot(String title, String x, String y) {
    this.title = title;
    xTitle = x;
    yTitle = y;
  }

  /** A row for each of some places, from top to bottom, and numbers along the other axis. */
  public static Plot rows(String title, String x, List<String> places) {
    Plot plot = new Plot(title, x, "");
    plot.places = List.copyOf(places);
    return plot;
  }

  /** With a line of explanation below the title. */
  public Plot note(String text) {
    note = text;
    return this;
  }

  /** With a logarithmic horizontal axis. */
  public Plot logX() {
    logX = true;
    return this;
  }

  /**
   * With round ticks on a horizontal axis of measured numbers; those of settings have their own.
   */
  public Plot measuredX() {
    measuredX = true;
    return this;
  }

  /** With a logarithmic vertical axis. */
  public Plot logY() {
    logY = true;
    return this;
  }

  /**
   * Adds distances with their spread, in the order of x; nothing of what is not measured.
   *
   * @param x where a number stands
   * @param label beside a point; may be empty
   */
  public Plot distances(
      String name,
      Style style,
      List<Measurement> measurements,
      ToDoubleFunction<Measurement> x,
      Function<Measurement, String> label) {
    return add(
        name,
        style,
        measurements.stream()
            .filter(m -> m.distance().known() && !Double.isNaN(x.applyAsDouble(m)))
            .map(
                m ->
                    new Point(
                        x.applyAsDouble(m),
                        m.distance().mean(),
                        deviation(m),
                        label.apply(m),
                        style.color()))
            .sorted(Comparator.comparingDouble(Point::x))
            .toList());
  }

  /** Adds distances with their spread without labels beside the points. */
  public Plot distances(
      String name, Style style, List<Measurement> of, ToDoubleFunction<Measurement> x) {
    return distances(name, style, of, x, m -> "");
  }

  private static double deviation(Measurement m) {
    double deviation = m.distance().deviation();
    return Double.isNaN(deviation) ? 0 : deviation;
  }

  /**
   * Adds distances to the rows, with their values beside them; nothing of what is not measured.
   *
   * @param place the name of a number's row
   * @param color of its point
   */
  public Plot places(
      String name,
      boolean hollow,
      List<Measurement> measurements,
      Function<Measurement, String> place,
      Function<Measurement, Color> color) {
    List<Point> points =
        measurements.stream()
            .filter(m -> m.distance().known() && places.contains(place.apply(m)))
            .map(
                m ->
                    new Point(
                        m.distance().mean(),
                        places.size() - 1 - places.indexOf(place.apply(m)),
                        deviation(m),
                        m.distance().text(2).split(" ")[0],
                        color.apply(m)))
            .toList();
    return add(name, new Style(Palette.INK, false, hollow), points);
  }

  /** Adds other numbers, in the order of x; those that are not numbers are left out. */
  public Plot points(String name, Style style, double[] x, double[] y, String... labels) {
    if (x.length != y.length || labels.length != 0 && labels.length != x.length) {
      throw new IllegalArgumentException(
          "%s: %d x, %d y and %d labels do not fit"
              .formatted(name, x.length, y.length, labels.length));
    }
    List<Point> points = new ArrayList<>();
    for (int i = 0; i < x.length; i++) {
      if (!Double.isNaN(x[i]) && !Double.isNaN(y[i])) {
        points.add(new Point(x[i], y[i], 0, labels.length == 0 ? "" : labels[i], style.color()));
      }
    }
    points.sort(Comparator.comparingDouble(Point::x));
    return add(name, style, points);
  }

  private Plot add(String name, Style style, List<Point> points) {
    if (!points.isEmpty()) {
      all.add(new Series(name, style, points));
    }
    return this;
  }

  /** The picture, 1280 × 800 pixels; in words if there is nothing to draw yet. */
  public BufferedImage show() {
    BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    if (all.isEmpty()) {
      Drawing.words(g, "nothing to draw yet: " + title);
    } else {
      new Drawing(this, g).draw();
    }
    g.dispose();
    return picture;
  }

  /** The picture, also written to {@code figures/name.png} if there is something to draw. */
  public BufferedImage save(String name) {
    BufferedImage picture = show();
    write(picture, name);
    return picture;
  }

  /** Writes {@code figures/name.png}; its path, or nothing if there is nothing to draw yet. */
  public Optional<Path> write(String name) {
    return write(show(), name);
  }

  private Optional<Path> write(BufferedImage picture, String name) {
    return all.isEmpty() ? Optional.empty() : Optional.of(Figures.save(picture, name));
  }

  @Override
  public String toString() {
    return "a plot \"%s\" of %s".formatted(title, all.stream().map(Series::name).toList());
  }
}
