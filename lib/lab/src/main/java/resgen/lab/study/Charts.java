package resgen.lab.study;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.awt.Color;
import java.awt.Font;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.HeatMapChartBuilder;
import org.knowm.xchart.VectorGraphicsEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;
import resgen.torch.AtomicFile;
import tech.tablesaw.api.Table;

/** The project's charts: one style, saved as PNG and SVG. */
public final class Charts {
  private static final Pattern NUMBER = Pattern.compile("-?\\d+\\.\\d+(E-?\\d+)?");

  private static final int WIDTH = 640;
  private static final int HEIGHT = 400;

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
   * Writes a chart into the project's figures folder as {@code name.png} and {@code name.svg}.
   *
   * @return the PNG's path
   */
  public static Path save(Chart<?, ?> chart, String name) {
    Path png = Figures.path(name + ".png");
    try (ByteArrayOutputStream svg = new ByteArrayOutputStream()) {
      VectorGraphicsEncoder.saveVectorGraphic(
          chart, svg, VectorGraphicsEncoder.VectorGraphicsFormat.SVG);
      AtomicFile.write(png, BitmapEncoder.getBitmapBytes(chart, BitmapEncoder.BitmapFormat.PNG));
      AtomicFile.write(Figures.path(name + ".svg"), shortened(svg.toString(UTF_8)));
      return png;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write figure " + name + ": " + e.getMessage(), e);
    }
  }

  /** Text is drawn as outlines: a tenth of a pixel and no indentation make a third less of it. */
  private static String shortened(String svg) {
    String text = svg.replaceAll("(?m)^ +", "");
    int body = text.indexOf("<defs");
    if (body > 0) { // what is before it has version numbers
      text = text.substring(0, body) + rounded(text.substring(body));
    }
    return text;
  }

  private static String rounded(String drawing) {
    return NUMBER
        .matcher(drawing)
        .replaceAll(
            number -> {
              long tenths = Math.round(Double.parseDouble(number.group()) * 10);
              return tenths % 10 == 0 ? Long.toString(tenths / 10) : Double.toString(tenths / 10.0);
            });
  }
}
