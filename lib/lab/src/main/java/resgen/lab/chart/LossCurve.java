package resgen.lab.chart;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;
import resgen.train.Listener;

/**
 * Follows a run and draws chosen metrics against the step, anew at each row: in a notebook, a live
 * curve.
 */
public final class LossCurve implements Listener {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 320;

  private final List<String> metrics;
  private final String title;
  private final String unit;
  private final Consumer<XYChart> view;
  private final List<Double> steps = new ArrayList<>();
  private final List<Map<String, Double>> rows = new ArrayList<>();

  /**
   * A curve.
   *
   * @param metrics names of what is drawn; rows without one of them leave a gap
   * @param view what is done with each new drawing
   */
  public LossCurve(List<String> metrics, Consumer<XYChart> view) {
    this(metrics, "", "", view);
  }

  /**
   * A curve with words.
   *
   * @param metrics names of what is drawn; rows without one of them leave a gap
   * @param title above the drawing
   * @param unit beside the vertical axis, for instance "nats per token"
   * @param view what is done with each new drawing
   */
  public LossCurve(List<String> metrics, String title, String unit, Consumer<XYChart> view) {
    if (metrics.isEmpty()) {
      throw new IllegalArgumentException("metrics must name at least one metric");
    }
    this.metrics = List.copyOf(metrics);
    this.title = title;
    this.unit = unit;
    this.view = view;
  }

  @Override
  public void row(long step, long of, double secondsPerStep, Map<String, Double> row) {
    steps.add((double) step);
    rows.add(Map.copyOf(row));
    view.accept(chart());
  }

  /** The curve so far, as a picture. */
  public BufferedImage picture() {
    return Charts.picture(chart());
  }

  /** The curve so far. */
  public XYChart chart() {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle("step")
            .yAxisTitle(unit)
            .build();
    Charts.style(chart);
    for (String metric : metrics) {
      List<Double> x = new ArrayList<>();
      List<Double> y = new ArrayList<>();
      for (int i = 0; i < rows.size(); i++) {
        Double value = rows.get(i).get(metric);
        if (value != null) {
          x.add(steps.get(i));
          y.add(value);
        }
      }
      if (!x.isEmpty()) {
        chart.addSeries(metric, x, y).setMarker(SeriesMarkers.NONE);
      }
    }
    return chart;
  }

  @Override
  public String toString() {
    return "a curve of " + String.join(", ", metrics) + " with " + rows.size() + " rows";
  }
}
