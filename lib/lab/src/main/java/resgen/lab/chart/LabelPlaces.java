package resgen.lab.chart;

import java.awt.geom.Line2D;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.util.ArrayList;
import java.util.List;

/** Finds places for labels that cover no line, no point and no other label. */
final class LabelPlaces {

  private static final double GAP = 16;
  private static final double COVERED = 100_000;

  private final Rectangle2D plot;
  private final Rectangle2D all;
  private final List<Rectangle2D> taken = new ArrayList<>();
  private final List<Line2D> lines = new ArrayList<>();

  /**
   * Nothing taken yet.
   *
   * @param plot where the lines are
   * @param all where labels may be
   */
  LabelPlaces(Rectangle2D plot, Rectangle2D all) {
    this.plot = plot;
    this.all = all;
  }

  void take(Rectangle2D what) {
    taken.add(what);
  }

  void takeLine(Point2D from, Point2D to) {
    lines.add(new Line2D.Double(from, to));
  }

  /**
   * Moves the centres of labels apart as little as their heights ask for.
   *
   * @param centres rising; changed
   * @param least of a centre
   * @param most of a centre
   */
  static void spread(double[] centres, double height, double least, double most) {
    for (int pass = 0; pass < 200; pass++) {
      for (int i = 1; i < centres.length; i++) {
        double lacking = height - (centres[i] - centres[i - 1]);
        if (lacking > 0) {
          centres[i - 1] -= lacking / 2;
          centres[i] += lacking / 2;
        }
      }
      double over = Math.max(0, centres[centres.length - 1] - most);
      double under = Math.max(0, least - centres[0]);
      centres[centres.length - 1] -= over;
      centres[0] += under;
    }
  }

  /** The place of a series' name: rather at its end than at its start, and near its points. */
  Rectangle2D name(List<Point2D> points, Rectangle2D size) {
    List<Rectangle2D> candidates = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    for (int i = points.size() - 1; i >= 0; i--) {
      Point2D p = points.get(i);
      boolean last = i == points.size() - 1;
      double later = 40.0 * (points.size() - 1 - i);
      for (int shift = -4; shift <= 4; shift++) {
        double y = p.getY() - size.getHeight() / 2 + shift * size.getHeight() / 2;
        if (last) {
          add(candidates, costs, p.getX() + GAP, y, size, 14 * Math.abs(shift));
        }
        if (i == 0) {
          add(
              candidates,
              costs,
              p.getX() - GAP - size.getWidth(),
              y,
              size,
              60 + 14 * Math.abs(shift));
        }
      }
      for (double dy : new double[] {-size.getHeight() - GAP, GAP}) {
        for (double share : new double[] {0.5, 0, 1, 0.25, 0.75}) {
          double x = p.getX() - share * size.getWidth();
          add(candidates, costs, x, p.getY() + dy, size, 30 + later + 20 * Math.abs(share - 0.5));
        }
      }
    }
    return best(candidates, costs);
  }

  /** A place around a point. */
  Rectangle2D beside(Point2D p, Rectangle2D size) {
    List<Rectangle2D> candidates = new ArrayList<>();
    List<Double> costs = new ArrayList<>();
    double w = size.getWidth();
    double h = size.getHeight();
    double near = GAP - 3;
    double[][] offsets = {
      {-w / 2, -h - near}, {-w / 2, near}, {near, -h / 2}, {-w - near, -h / 2},
      {4, -h - near + 4}, {-w - 4, -h - near + 4}, {4, near - 4}, {-w - 4, near - 4},
      {-w / 2, -h - 2 * near}, {-w / 2, 2 * near}
    };
    for (int i = 0; i < offsets.length; i++) {
      add(candidates, costs, p.getX() + offsets[i][0], p.getY() + offsets[i][1], size, 5 * i);
    }
    return best(candidates, costs);
  }

  private static void add(
      List<Rectangle2D> candidates,
      List<Double> costs,
      double x,
      double y,
      Rectangle2D size,
      double cost) {
    candidates.add(new Rectangle2D.Double(x, y, size.getWidth(), size.getHeight()));
    costs.add(cost);
  }

  private Rectangle2D best(List<Rectangle2D> candidates, List<Double> costs) {
    Rectangle2D best = candidates.get(0);
    double least = Double.POSITIVE_INFINITY;
    for (int i = 0; i < candidates.size(); i++) {
      double cost = costs.get(i) + covered(candidates.get(i));
      if (cost < least) {
        least = cost;
        best = candidates.get(i);
      }
    }
    taken.add( // with some air
        new Rectangle2D.Double(
            best.getX() - 2, best.getY() - 3, best.getWidth() + 4, best.getHeight() + 6));
    return best;
  }

  private double covered(Rectangle2D r) {
    double cost = all.contains(r) && r.getMaxY() < plot.getMaxY() - 2 ? 0 : 5 * COVERED;
    for (Rectangle2D other : taken) {
      Rectangle2D shared = r.createIntersection(other);
      if (!shared.isEmpty()) {
        cost += COVERED + shared.getWidth() * shared.getHeight();
      }
    }
    Rectangle2D wide =
        new Rectangle2D.Double(r.getX() - 3, r.getY() - 2, r.getWidth() + 6, r.getHeight() + 4);
    for (Line2D line : lines) {
      if (line.intersects(wide)) {
        cost += COVERED / 2;
      }
    }
    return cost;
  }
}
