package resgen.lab.study;

import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.Marker;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** A chart of measured numbers with their spread, of whatever is measured so far. */
public final class StudyChart {

  private static final Marker[] MARKERS = {
    SeriesMarkers.CIRCLE,
    SeriesMarkers.SQUARE,
    SeriesMarkers.DIAMOND,
    SeriesMarkers.TRIANGLE_UP,
    SeriesMarkers.TRIANGLE_DOWN
  };

  private final XYChart chart;

  /** An empty one. */
  public StudyChart(String title, String x, String y) {
    chart = Charts.lines(title, x, y);
    chart.getStyler().setDecimalPattern("#,##0.#######");
  }

  /** With a logarithmic horizontal axis. */
  public StudyChart logX() {
    chart.getStyler().setXAxisLogarithmic(true).setXAxisLogarithmicDecadeOnly(false);
    return this;
  }

  /**
   * Adds FD with its spread, in the order of x; nothing of what is not measured.
   *
   * @param x where a number stands
   */
  public StudyChart distances(
      String name, List<Measurement> measurements, ToDoubleFunction<Measurement> x) {
    List<Measurement> known =
        measurements.stream()
            .filter(m -> m.distance().known() && !Double.isNaN(x.applyAsDouble(m)))
            .sorted(Comparator.comparingDouble(x))
            .toList();
    double[] error =
        known.stream()
            .mapToDouble(m -> m.distance().deviation())
            .map(deviation -> Double.isNaN(deviation) ? 0 : deviation)
            .toArray();
    return add(
        name,
        known.stream().mapToDouble(x).toArray(),
        known.stream().mapToDouble(m -> m.distance().mean()).toArray(),
        error);
  }

  /** Adds other numbers, in the order of x; those that are not numbers are left out. */
  public StudyChart points(String name, double[] x, double[] y) {
    List<Integer> known =
        IntStream.range(0, x.length)
            .filter(i -> !Double.isNaN(x[i]) && !Double.isNaN(y[i]))
            .boxed()
            .sorted(Comparator.comparingDouble(i -> x[i]))
            .toList();
    return add(
        name,
        known.stream().mapToDouble(i -> x[i]).toArray(),
        known.stream().mapToDouble(i -> y[i]).toArray(),
        null);
  }

  private StudyChart add(String name, double[] x, double[] y, double[] error) {
    if (x.length > 0) {
      int index = chart.getSeriesCollection().size();
      XYSeries series =
          error == null ? chart.addSeries(name, x, y) : chart.addSeries(name, x, y, error);
      series.setMarker(MARKERS[index % MARKERS.length]);
      if (index >= MARKERS.length) { // more than fit into a line
        chart
            .getStyler()
            .setLegendPosition(LegendPosition.OutsideE)
            .setLegendLayout(LegendLayout.Vertical);
      }
    }
    return this;
  }

  /** What a notebook shows: the chart, or in words that there is nothing to draw yet. */
  public Object show() {
    return shown(chart);
  }

  /** Shows it, and writes {@code figures/name.png} and {@code .svg} if there is something. */
  public Object save(String name) {
    return saved(chart, name);
  }

  static Object shown(Chart<?, ?> chart) {
    boolean empty = chart.getSeriesCollection().isEmpty();
    return empty ? "nothing to draw yet: " + chart.getTitle() : chart;
  }

  static Object saved(Chart<?, ?> chart, String name) {
    if (!chart.getSeriesCollection().isEmpty()) {
      Charts.save(chart, name);
    }
    return shown(chart);
  }
}
