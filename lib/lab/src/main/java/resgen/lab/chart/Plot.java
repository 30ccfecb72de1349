package resgen.lab.chart;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Line2D;
import java.awt.geom.Path2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import resgen.lab.study.Measurement;

/**
 * A chart of measured numbers with their spread, of whatever is measured so far: lines with their
 * names beside them, error bars behind the points, ticks at the data. Or, of things that have names
 * and not numbers, a row for each.
 */
public final class Plot {

  private static final int WIDTH = 1280;
  private static final int HEIGHT = 800;
  private static final int TOP = 140;
  private static final int GAP = 20;
  private static final int WRAP = 40; // letters of a row's name in a line
  private static final int BOTTOM = 104;
  private static final int RIGHT = 44;
  private static final int RADIUS = 8;
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 30);
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 22);
  private static final Font STRONG = new Font(Font.SANS_SERIF, Font.BOLD, 22);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 19);

  /** A distance axis that spans less than this share of its largest value shows noise alone. */
  private static final double LEAST_SPAN = 0.5;

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

    /** With hollow points. */
    public Style rings() {
      return new Style(color, dashed, true);
    }
  }

  /**
   * A point.
   *
   * @param deviation half the error bar; 0 for none
   * @param label beside it; may be empty
   * @param color of the point
   */
  private record Point(double x, double y, double deviation, String label, Color color) {}

  private record Series(String name, Style style, List<Point> points) {}

  private final String title;
  private final String xTitle;
  private final String yTitle;
  private String note = "";
  private boolean logX;
  private boolean logY;
  private boolean measuredX;
  private List<String> places = List.of();
  private final List<Series> all = new ArrayList<>();

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
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, WIDTH, HEIGHT);
    if (all.isEmpty()) {
      g.setColor(Palette.GREY);
      g.setFont(TEXT);
      g.drawString("nothing to draw yet: " + title, 40, HEIGHT / 2);
    } else {
      new Drawing(g).draw();
    }
    g.dispose();
    return picture;
  }

  /** The picture, also written to {@code figures/name.png} if there is something to draw. */
  public BufferedImage save(String name) {
    BufferedImage picture = show();
    if (!all.isEmpty()) {
      Figures.save(picture, name);
    }
    return picture;
  }

  /** One drawing of the plot. */
  private final class Drawing {

    private final Graphics2D g;
    private final Axis x;
    private final Axis y;
    private final Rectangle2D area;
    private final LabelPlaces free;

    Drawing(Graphics2D g) {
      this.g = g;
      boolean rows = !places.isEmpty();
      x =
          Axis.around(
              rows
                  ? Stream.concat(values(Point::x), bounds(Point::x)).mapToDouble(v -> v).toArray()
                  : values(Point::x).mapToDouble(v -> v).toArray(),
              logX,
              !rows && !measuredX,
              rows ? LEAST_SPAN : 0);
      y =
          rows
              ? new Axis(false, -0.6, places.size() - 0.4, new double[0])
              : Axis.around(
                  Stream.concat(values(Point::y), bounds(Point::y)).mapToDouble(v -> v).toArray(),
                  logY,
                  false,
                  LEAST_SPAN);
      FontMetrics small = g.getFontMetrics(SMALL);
      double left = (rows ? 40 : 80) + yLabels().mapToInt(small::stringWidth).max().orElse(0);
      double width = WIDTH - left - RIGHT;
      area = new Rectangle2D.Double(left, TOP, width - names(width), HEIGHT - TOP - BOTTOM);
      free =
          new LabelPlaces(
              area,
              new Rectangle2D.Double(left, TOP - 16, WIDTH - left - 8, HEIGHT - TOP - BOTTOM + 12));
    }

    private Stream<Double> values(ToDoubleFunction<Point> of) {
      return all.stream().flatMap(s -> s.points().stream()).map(of::applyAsDouble);
    }

    private Stream<Double> bounds(ToDoubleFunction<Point> of) {
      return all.stream()
          .flatMap(s -> s.points().stream())
          .flatMap(
              p ->
                  Stream.of(
                      of.applyAsDouble(p) - p.deviation(), of.applyAsDouble(p) + p.deviation()));
    }

    private Stream<String> yLabels() {
      return places.isEmpty()
          ? java.util.Arrays.stream(y.ticks()).mapToObj(Axis::text)
          : places.stream().flatMap(place -> wrapped(place).stream());
    }

    /** A name in one line, or in two of about the same length. */
    private static List<String> wrapped(String name) {
      int at = name.length() <= WRAP ? -1 : name.indexOf(' ', name.length() / 2 - 4);
      return at < 0 ? List.of(name) : List.of(name.substring(0, at), name.substring(at + 1));
    }

    /** Room at the right for the names of those series that end there. */
    private double names(double width) {
      if (!places.isEmpty() || all.size() < 2) {
        return 0;
      }
      return all.stream()
          .mapToDouble(
              s ->
                  g.getFontMetrics(STRONG).stringWidth(s.name())
                      + GAP
                      - (1 - x.at(last(s).x())) * width)
          .filter(room -> room > 0)
          .max()
          .orElse(0);
    }

    private static Point last(Series s) {
      return s.points().get(s.points().size() - 1);
    }

    private Point2D at(Point p) {
      return new Point2D.Double(
          area.getX() + x.at(p.x()) * area.getWidth(),
          area.getMaxY() - y.at(p.y()) * area.getHeight());
    }

    void draw() {
      g.setColor(Palette.INK);
      g.setFont(TITLE);
      g.drawString(title, 32, 46);
      g.setFont(SMALL);
      g.setColor(Palette.GREY);
      g.drawString(note, 32, 80);
      axes();
      all.forEach(this::line);
      all.forEach(this::points);
      if (places.isEmpty()) {
        if (all.size() > 1) {
          names();
        }
      } else if (all.size() > 1) {
        legend();
      }
      all.forEach(this::labels);
    }

    private void axes() {
      FontMetrics metrics = g.getFontMetrics(SMALL);
      g.setFont(SMALL);
      g.setStroke(new BasicStroke(1.5f));
      for (double tick : y.ticks()) {
        double at = area.getMaxY() - y.at(tick) * area.getHeight();
        g.setColor(Palette.GRID);
        g.draw(new Line2D.Double(area.getX(), at, area.getMaxX(), at));
        g.setColor(Palette.GREY);
        String text = Axis.text(tick);
        g.drawString(text, (float) (area.getX() - 14 - metrics.stringWidth(text)), (float) at + 7);
      }
      for (int i = 0; i < places.size(); i++) {
        double at = area.getMaxY() - y.at(places.size() - 1.0 - i) * area.getHeight();
        g.setColor(Palette.GRID);
        g.draw(new Line2D.Double(area.getX(), at, area.getMaxX(), at));
        g.setColor(Palette.INK);
        List<String> lines = wrapped(places.get(i));
        for (int l = 0; l < lines.size(); l++) {
          double y0 = at + 7 + 22 * (l - (lines.size() - 1) / 2.0);
          double x0 = area.getX() - 14 - metrics.stringWidth(lines.get(l));
          g.drawString(lines.get(l), (float) x0, (float) y0);
        }
      }
      double until = Double.NEGATIVE_INFINITY;
      for (double tick : x.ticks()) {
        double at = area.getX() + x.at(tick) * area.getWidth();
        if (!places.isEmpty()) {
          g.setColor(Palette.GRID);
          g.draw(new Line2D.Double(at, area.getY(), at, area.getMaxY()));
        }
        g.setColor(Palette.GREY);
        g.draw(new Line2D.Double(at, area.getMaxY(), at, area.getMaxY() + 8));
        String text = Axis.text(tick);
        double start = at - metrics.stringWidth(text) / 2.0;
        if (start > until + 12) {
          g.drawString(text, (float) start, (float) area.getMaxY() + 30);
          until = start + metrics.stringWidth(text);
        }
      }
      g.setColor(Palette.GREY);
      g.draw(new Line2D.Double(area.getX(), area.getMaxY(), area.getMaxX(), area.getMaxY()));
      g.setColor(Palette.INK);
      g.setFont(TEXT);
      int half = g.getFontMetrics().stringWidth(xTitle) / 2;
      g.drawString(xTitle, (float) (area.getCenterX() - half), HEIGHT - 28f);
      if (places.isEmpty()) {
        g.drawString(yTitle, 32, TOP - 28);
      }
    }

    private void line(Series s) {
      if (!places.isEmpty()) {
        return;
      }
      Path2D path = new Path2D.Double();
      Point2D before = null;
      for (Point p : s.points()) {
        Point2D at = at(p);
        if (before == null) {
          path.moveTo(at.getX(), at.getY());
        } else {
          path.lineTo(at.getX(), at.getY());
          free.takeLine(before, at);
        }
        before = at;
      }
      g.setColor(s.style().color());
      g.setStroke(
          s.style().dashed()
              ? new BasicStroke(
                  3.5f, BasicStroke.CAP_BUTT, BasicStroke.JOIN_ROUND, 1, new float[] {12, 8}, 0)
              : new BasicStroke(3.5f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
      g.draw(path);
    }

    private void points(Series s) {
      boolean rows = !places.isEmpty();
      for (Point p : s.points()) {
        g.setColor(p.color());
        g.setStroke(new BasicStroke(2.5f));
        Point2D a = at(moved(p, -p.deviation(), rows));
        Point2D b = at(moved(p, p.deviation(), rows));
        if (a.distance(b) > 2 * RADIUS + 10) { // a shorter one would not be seen
          double dx = rows ? 0 : 7;
          double dy = rows ? 7 : 0;
          g.draw(new Line2D.Double(a, b));
          for (Point2D end : List.of(a, b)) {
            g.draw(
                new Line2D.Double(
                    end.getX() - dx, end.getY() - dy, end.getX() + dx, end.getY() + dy));
          }
          free.takeLine(a, b);
        }
      }
      for (Point p : s.points()) {
        marker(at(p), p.color(), s.style().hollow());
        free.take(new Rectangle2D.Double(at(p).getX() - 10, at(p).getY() - 10, 20, 20));
      }
    }

    private Point moved(Point p, double by, boolean rows) {
      return new Point(p.x() + (rows ? by : 0), p.y() + (rows ? 0 : by), 0, "", p.color());
    }

    private void marker(Point2D at, Color color, boolean hollow) {
      Ellipse2D circle =
          new Ellipse2D.Double(at.getX() - RADIUS, at.getY() - RADIUS, 2 * RADIUS, 2 * RADIUS);
      g.setStroke(new BasicStroke(3));
      g.setColor(hollow ? Color.WHITE : color);
      g.fill(circle);
      g.setColor(hollow ? color : Color.WHITE);
      g.draw(circle);
    }

    /** Each series' name beside it; those that end at the same x in the order of their ends. */
    private void names() {
      Map<Long, List<Series>> byEnd = new TreeMap<>();
      for (Series s : all) {
        byEnd.computeIfAbsent(Math.round(at(last(s)).getX()), x -> new ArrayList<>()).add(s);
      }
      for (List<Series> together : byEnd.values()) {
        if (together.size() > 1) {
          together.sort(Comparator.comparingDouble(s -> at(last(s)).getY()));
          stack(together);
        }
      }
      for (List<Series> together : byEnd.values()) {
        if (together.size() == 1) {
          Series s = together.get(0);
          List<Point2D> points = s.points().stream().map(this::at).toList();
          text(s.name(), STRONG, s.style().color(), free.name(points, size(s.name(), STRONG)));
        }
      }
    }

    private void stack(List<Series> together) {
      double[] centres = together.stream().mapToDouble(s -> at(last(s)).getY()).toArray();
      double height = size("", STRONG).getHeight() + 4;
      LabelPlaces.spread(centres, height, area.getY(), area.getMaxY() - height / 2);
      for (int i = 0; i < centres.length; i++) {
        Series s = together.get(i);
        Rectangle2D size = size(s.name(), STRONG);
        Point2D end = at(last(s));
        Rectangle2D place =
            new Rectangle2D.Double(
                end.getX() + GAP,
                centres[i] - size.getHeight() / 2,
                size.getWidth(),
                size.getHeight());
        free.take(place);
        text(s.name(), STRONG, s.style().color(), place);
      }
    }

    private void labels(Series s) {
      for (Point p : s.points()) {
        if (!p.label().isEmpty()) {
          text(p.label(), SMALL, p.color(), free.beside(at(p), size(p.label(), SMALL)));
        }
      }
    }

    private Rectangle2D size(String text, Font font) {
      FontMetrics m = g.getFontMetrics(font);
      return new Rectangle2D.Double(0, 0, m.stringWidth(text), m.getAscent());
    }

    private void text(String text, Font font, Color color, Rectangle2D at) {
      g.setFont(font);
      g.setColor(color);
      g.drawString(text, (float) at.getX(), (float) at.getMaxY() - 3);
    }

    private void legend() {
      double at = area.getX() + RADIUS;
      for (Series s : all) {
        marker(new Point2D.Double(at, TOP - 18), s.style().color(), s.style().hollow());
        g.setFont(SMALL);
        g.setColor(Palette.INK);
        g.drawString(s.name(), (float) at + 20, TOP - 11f);
        at += 60 + g.getFontMetrics().stringWidth(s.name());
      }
    }
  }
}
