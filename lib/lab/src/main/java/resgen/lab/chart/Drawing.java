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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** One drawing of a plot. */
final class Drawing {

  private static final int WIDTH = Plot.WIDTH;
  private static final int HEIGHT = Plot.HEIGHT;
  private static final int TOP = 140;
  private static final int GAP = 20;
  private static final int WRAP = 44; // letters of a row's name in a line
  private static final int BOTTOM = 104;
  private static final int RIGHT = 44;
  private static final int RADIUS = 8;
  private static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 30);
  private static final Font TEXT = new Font(Font.SANS_SERIF, Font.PLAIN, 22);
  private static final Font STRONG = new Font(Font.SANS_SERIF, Font.BOLD, 22);
  private static final Font SMALL = new Font(Font.SANS_SERIF, Font.PLAIN, 19);

  /** A distance axis that spans less than this share of its largest value shows noise alone. */
  private static final double LEAST_SPAN = 0.5;

  private final Plot plot;
  private final Graphics2D g;
  private final Axis x;
  private final Axis y;
  private final Rectangle2D area;
  private final LabelPlaces free;

  Drawing(Plot plot, Graphics2D g) {
    this.plot = plot;
    this.g = g;
    clear(g);
    boolean rows = !plot.places.isEmpty();
    x =
        Axis.around(
            rows
                ? Stream.concat(values(Plot.Point::x), bounds(Plot.Point::x))
                    .mapToDouble(v -> v)
                    .toArray()
                : values(Plot.Point::x).mapToDouble(v -> v).toArray(),
            plot.logX,
            !rows && !plot.measuredX,
            rows ? LEAST_SPAN : 0);
    y =
        rows
            ? new Axis(false, -0.6, plot.places.size() - 0.4, new double[0])
            : Axis.around(
                Stream.concat(values(Plot.Point::y), bounds(Plot.Point::y))
                    .mapToDouble(v -> v)
                    .toArray(),
                plot.logY,
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

  private static void clear(Graphics2D g) {
    g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    g.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, WIDTH, HEIGHT);
  }

  /** Draws words alone. */
  static void words(Graphics2D g, String words) {
    clear(g);
    g.setColor(Palette.GREY);
    g.setFont(TEXT);
    g.drawString(words, 40, HEIGHT / 2);
  }

  private Stream<Double> values(ToDoubleFunction<Plot.Point> of) {
    return plot.all.stream().flatMap(s -> s.points().stream()).map(of::applyAsDouble);
  }

  private Stream<Double> bounds(ToDoubleFunction<Plot.Point> of) {
    return plot.all.stream()
        .flatMap(s -> s.points().stream())
        .flatMap(
            p ->
                Stream.of(
                    of.applyAsDouble(p) - p.deviation(), of.applyAsDouble(p) + p.deviation()));
  }

  private Stream<String> yLabels() {
    return plot.places.isEmpty()
        ? java.util.Arrays.stream(y.ticks()).mapToObj(Axis::text)
        : plot.places.stream().flatMap(place -> wrapped(place).stream());
  }

  /** A name in one line, or in two of about the same length. */
  private static List<String> wrapped(String name) {
    int at = name.length() <= WRAP ? -1 : name.indexOf(' ', name.length() / 2 - 4);
    return at < 0 ? List.of(name) : List.of(name.substring(0, at), name.substring(at + 1));
  }

  /** Room at the right for the names of those series that end there. */
  private double names(double width) {
    if (!plot.places.isEmpty() || plot.all.size() < 2) {
      return 0;
    }
    return plot.all.stream()
        .mapToDouble(
            s ->
                g.getFontMetrics(STRONG).stringWidth(s.name())
                    + GAP
                    - (1 - x.at(last(s).x())) * width)
        .filter(room -> room > 0)
        .max()
        .orElse(0);
  }

  private static Plot.Point last(Plot.Series s) {
    return s.points().get(s.points().size() - 1);
  }

  private Point2D at(Plot.Point p) {
    return new Point2D.Double(
        area.getX() + x.at(p.x()) * area.getWidth(),
        area.getMaxY() - y.at(p.y()) * area.getHeight());
  }

  void draw() {
    g.setColor(Palette.INK);
    g.setFont(TITLE);
    g.drawString(plot.title, 32, 46);
    g.setFont(SMALL);
    g.setColor(Palette.GREY);
    g.drawString(plot.note, 32, 80);
    axes();
    plot.all.forEach(this::line);
    plot.all.forEach(this::points);
    if (plot.places.isEmpty()) {
      if (plot.all.size() > 1) {
        names();
      }
    } else if (plot.all.size() > 1) {
      legend();
    }
    plot.all.forEach(this::labels);
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
    for (int i = 0; i < plot.places.size(); i++) {
      double at = area.getMaxY() - y.at(plot.places.size() - 1.0 - i) * area.getHeight();
      g.setColor(Palette.GRID);
      g.draw(new Line2D.Double(area.getX(), at, area.getMaxX(), at));
      g.setColor(Palette.INK);
      List<String> lines = wrapped(plot.places.get(i));
      for (int l = 0; l < lines.size(); l++) {
        double y0 = at + 7 + 22 * (l - (lines.size() - 1) / 2.0);
        double x0 = area.getX() - 14 - metrics.stringWidth(lines.get(l));
        g.drawString(lines.get(l), (float) x0, (float) y0);
      }
    }
    double until = Double.NEGATIVE_INFINITY;
    for (double tick : x.ticks()) {
      double at = area.getX() + x.at(tick) * area.getWidth();
      if (!plot.places.isEmpty()) {
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
    int half = g.getFontMetrics().stringWidth(plot.xTitle) / 2;
    g.drawString(plot.xTitle, (float) (area.getCenterX() - half), HEIGHT - 28f);
    if (plot.places.isEmpty()) {
      g.drawString(plot.yTitle, 32, TOP - 28);
    }
  }

  private void line(Plot.Series s) {
    if (!plot.places.isEmpty()) {
      return;
    }
    Path2D path = new Path2D.Double();
    Point2D before = null;
    for (Plot.Point p : s.points()) {
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

  private void points(Plot.Series s) {
    boolean rows = !plot.places.isEmpty();
    for (Plot.Point p : s.points()) {
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
    for (Plot.Point p : s.points()) {
      marker(at(p), p.color(), s.style().hollow());
      free.take(new Rectangle2D.Double(at(p).getX() - 10, at(p).getY() - 10, 20, 20));
    }
  }

  private Plot.Point moved(Plot.Point p, double by, boolean rows) {
    return new Plot.Point(p.x() + (rows ? by : 0), p.y() + (rows ? 0 : by), 0, "", p.color());
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
    Map<Long, List<Plot.Series>> byEnd = new TreeMap<>();
    for (Plot.Series s : plot.all) {
      byEnd.computeIfAbsent(Math.round(at(last(s)).getX()), x -> new ArrayList<>()).add(s);
    }
    for (List<Plot.Series> together : byEnd.values()) {
      if (together.size() > 1) {
        together.sort(Comparator.comparingDouble(s -> at(last(s)).getY()));
        stack(together);
      }
    }
    for (List<Plot.Series> together : byEnd.values()) {
      if (together.size() == 1) {
        Plot.Series s = together.get(0);
        List<Point2D> points = s.points().stream().map(this::at).toList();
        text(s.name(), STRONG, s.style().color(), free.name(points, size(s.name(), STRONG)));
      }
    }
  }

  private void stack(List<Plot.Series> together) {
    double[] centres = together.stream().mapToDouble(s -> at(last(s)).getY()).toArray();
    double height = size("", STRONG).getHeight() + 4;
    LabelPlaces.spread(centres, height, area.getY(), area.getMaxY() - height / 2);
    for (int i = 0; i < centres.length; i++) {
      Plot.Series s = together.get(i);
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

  private void labels(Plot.Series s) {
    for (Plot.Point p : s.points()) {
      if (!p.label().isEmpty()) {
        text(p.label(), SMALL, p.color(), free.beside(at(p), size(p.label(), SMALL)));
      }
    }
  }

  private Rectangle2D size(String text, Font font) {
    FontMetrics m = g.getFontMetrics(font);
    return new Rectangle2D.Double(0, 0, m.stringWidth(text), m.getAscent());
  }

  /** Text with a white rim, so that it can be read across a line. */
  private void text(String text, Font font, Color color, Rectangle2D at) {
    float x0 = (float) at.getX();
    float y0 = (float) at.getMaxY() - 3;
    g.setColor(Color.WHITE);
    g.setStroke(new BasicStroke(5, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    g.draw(font.createGlyphVector(g.getFontRenderContext(), text).getOutline(x0, y0));
    g.setFont(font);
    g.setColor(color);
    g.drawString(text, x0, y0);
  }

  private void legend() {
    double at = area.getX() + RADIUS;
    for (Plot.Series s : plot.all) {
      marker(new Point2D.Double(at, TOP - 18), s.style().color(), s.style().hollow());
      g.setFont(SMALL);
      g.setColor(Palette.INK);
      g.drawString(s.name(), (float) at + 20, TOP - 11f);
      at += 60 + g.getFontMetrics().stringWidth(s.name());
    }
  }
}
