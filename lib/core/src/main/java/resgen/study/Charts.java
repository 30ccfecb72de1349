package resgen.study;

import java.awt.Color;
import java.awt.Font;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.Table;

/** The project's charts: one style, saved as PNG and SVG. */
public final class Charts {

  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;

  private Charts() {}

  static void style(XYChart chart) {
    XYStyler styler = chart.getStyler();
    styler.setChartBackgroundColor(Color.WHITE);
    styler.setPlotGridLinesColor(new Color(225, 225, 225));
    styler.setPlotBorderVisible(false);
    styler.setLegendPosition(LegendPosition.OutsideS); // where it covers no point
    styler.setLegendLayout(LegendLayout.Horizontal);
    styler.setLegendBorderColor(Color.WHITE);
    styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 13));
    styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
    styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    styler.setDecimalPattern("#,##0.####");
    styler.setMarkerSize(7);
  }

  /** An empty chart of points joined by lines. */
  public static XYChart lines(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart);
    return chart;
  }

  /**
   * A chart of two columns of a table against each other, a point a row.
   *
   * @param x name of a number column
   * @param y name of a number column
   */
  public static XYChart of(Table table, String title, String x, String y) {
    XYChart chart = lines(title, x, y);
    chart.getStyler().setLegendVisible(false); // the axis says it
    chart
        .addSeries(y, table.numberColumn(x).asDoubleArray(), table.numberColumn(y).asDoubleArray())
        .setMarker(SeriesMarkers.CIRCLE);
    return chart;
  }

  /**
   * Writes a chart into the project's figures folder as {@code name.png} and {@code name.svg}.
   *
   * @return the PNG's path
   */
  public static Path save(Chart<?, ?> chart, String name) {
    Path png = Figures.path(name + ".png");
    String base = png.toString().substring(0, png.toString().length() - ".png".length());
    try {
      BitmapEncoder.saveBitmap(chart, base, BitmapEncoder.BitmapFormat.PNG);
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, base, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
      return png;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write figure " + name + ": " + e.getMessage(), e);
    }
  }
}
