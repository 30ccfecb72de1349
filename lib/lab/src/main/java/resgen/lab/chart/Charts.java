package resgen.lab.chart;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import tech.tablesaw.api.Table;

/** XChart's charts in the project's style, and as pictures. */
public final class Charts {
  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;
  private static final int SCALE = 2;

  private static final Color[] COLORS = {
    Palette.model("resgen"),
    Palette.model("direct-tokens"),
    Palette.model("depthwise-maskgit"),
    Palette.model("rq-transformer"),
    Palette.model("ar-resgen"),
    Palette.INK
  };

  private Charts() {}

  static void style(XYChart chart) {
    style(chart.getStyler());
    chart.getStyler().setMarkerSize(7);
  }

  static void style(AxesChartStyler styler) {
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
    styler.setErrorBarsColorSeriesColor(true); // a bar does not cover its point
    styler.setSeriesColors(COLORS);
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
   * A coloured table of numbers, each written into its cell.
   *
   * @param columns a label each, from left to right
   * @param rows a label each, from top to bottom
   * @param values {@code [rows][columns]}; NaN leaves a cell empty
   * @param pattern how a value is written, as {@link java.text.DecimalFormat} takes it
   * @throws IllegalArgumentException if the values are not of that shape, or none is a number
   */
  public static HeatMapChart heatMap(
      String title,
      String x,
      String y,
      List<?> columns,
      List<?> rows,
      double[][] values,
      String pattern) {
    List<Number[]> cells = new ArrayList<>();
    require(values.length == rows.size(), values.length + " rows of values", rows.size());
    for (int r = 0; r < values.length; r++) {
      require(
          values[r].length == columns.size(), values[r].length + " values a row", columns.size());
      for (int c = 0; c < values[r].length; c++) {
        if (!Double.isNaN(values[r][c])) {
          cells.add(new Number[] {c, rows.size() - 1 - r, values[r][c]});
        }
      }
    }
    if (cells.isEmpty()) {
      throw new IllegalArgumentException("no value is a number, at least one must be");
    }
    List<?> upwards =
        IntStream.range(0, rows.size()).mapToObj(r -> rows.get(rows.size() - 1 - r)).toList();
    HeatMapChart chart =
        new HeatMapChartBuilder()
            .width(WIDTH)
            .height(HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    chart.getStyler().setPlotGridLinesVisible(false);
    chart.getStyler().setXAxisTickMarkSpacingHint(1).setYAxisTickMarkSpacingHint(1); // all labels
    chart.getStyler().setLegendVisible(false); // the cells say it
    chart.getStyler().setShowValue(true);
    chart.getStyler().setHeatMapValueDecimalPattern(pattern);
    chart.getStyler().setValueFont(new Font(Font.SANS_SERIF, Font.PLAIN, 11));
    chart.getStyler().setRangeColors(new Color[] {Color.WHITE, new Color(110, 160, 210)});
    chart.addSeries("values", columns, upwards, cells);
    return chart;
  }

  private static void require(boolean fits, String found, int labels) {
    if (!fits) {
      throw new IllegalArgumentException(found + " do not fit " + labels + " labels");
    }
  }

  /**
   * A chart as a picture of twice its pixels, which every notebook kernel shows.
   *
   * @param chart of whatever kind
   */
  public static BufferedImage picture(Chart<?, ?> chart) {
    BufferedImage picture =
        new BufferedImage(
            SCALE * chart.getWidth(), SCALE * chart.getHeight(), BufferedImage.TYPE_INT_RGB);
    Graphics2D g = picture.createGraphics();
    g.scale(SCALE, SCALE);
    chart.paint(g, chart.getWidth(), chart.getHeight());
    g.dispose();
    return picture;
  }

  /**
   * Writes a chart's picture into the project's figures folder as {@code name.png}.
   *
   * @return its path
   */
  public static Path save(Chart<?, ?> chart, String name) {
    return Figures.save(picture(chart), name);
  }
}
