package resgen.lab.study;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.CategorySeries.CategorySeriesRenderStyle;

/** A chart of measured distances with their spread over things that have names, not numbers. */
public final class PlaceChart {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int CROWDED = 5;
  private static final int SLANT = 30; // degrees

  private final CategoryChart chart;
  private final List<String> places;

  /**
   * An empty one.
   *
   * @param places along the horizontal axis
   */
  public PlaceChart(String title, String y, List<String> places) {
    this.places = List.copyOf(places);
    chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).yAxisTitle(y).build();
    Charts.style(chart.getStyler());
    chart.getStyler().setDefaultSeriesRenderStyle(CategorySeriesRenderStyle.Scatter);
    if (places.size() > CROWDED) {
      chart.getStyler().setXAxisLabelRotation(SLANT);
      chart.getStyler().setXAxisMaxLabelCount(places.size());
    }
  }

  /**
   * Adds FD with its spread; nothing of what is not measured.
   *
   * @param place the name of a number's place
   */
  public PlaceChart distances(
      String name, List<Measurement> measurements, Function<Measurement, String> place) {
    List<Double> values = new ArrayList<>();
    List<Double> errors = new ArrayList<>();
    for (String at : places) {
      Optional<Spread> found =
          measurements.stream()
              .filter(m -> place.apply(m).equals(at))
              .map(Measurement::distance)
              .filter(Spread::known)
              .findFirst();
      values.add(found.map(Spread::mean).orElse(null));
      errors.add(found.map(Spread::deviation).filter(d -> !d.isNaN()).orElse(0.0));
    }
    if (values.stream().anyMatch(value -> value != null)) {
      chart.addSeries(name, places, values, errors);
    }
    return this;
  }

  /** What a notebook shows: the chart, or in words that there is nothing to draw yet. */
  public Object show() {
    return StudyChart.shown(chart);
  }

  /** Shows it, and writes {@code figures/name.png} and {@code .svg} if there is something. */
  public Object save(String name) {
    return StudyChart.saved(chart, name);
  }
}
