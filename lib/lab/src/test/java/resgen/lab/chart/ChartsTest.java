package resgen.lab.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.knowm.xchart.HeatMapChart;
import org.knowm.xchart.XYChart;
import tech.tablesaw.api.DoubleColumn;
import tech.tablesaw.api.Table;

class ChartsTest {

  @TempDir Path home;
  private String before;

  @BeforeEach
  void anotherHome() throws IOException {
    before = System.getProperty("resgen.home");
    Files.createDirectories(home.resolve("data/fashion-mnist"));
    System.setProperty("resgen.home", home.toString());
  }

  @AfterEach
  void home() {
    if (before == null) {
      System.clearProperty("resgen.home");
    } else {
      System.setProperty("resgen.home", before);
    }
  }

  @Test
  void aChartIsSavedAtTwiceItsPixels() throws IOException {
    Table table =
        Table.create("t")
            .addColumns(DoubleColumn.create("x", 1, 2, 3), DoubleColumn.create("y", 3, 1, 2));

    Path png = Charts.save(Charts.of(table, "title", "x", "y"), "sub/chart");

    assertEquals(home.resolve("figures/sub/chart.png"), png);
    assertEquals(1280, ImageIO.read(png.toFile()).getWidth());
    try (var files = Files.list(png.getParent())) {
      assertEquals(List.of(png), files.toList());
    }
  }

  @Test
  void figuresGoWhereTheyAreWanted() {
    Path elsewhere = home.resolve("out").resolve("figures");
    System.setProperty(Figures.PROPERTY, elsewhere.toString());
    try {
      Path png = Figures.save(new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB), "dot");
      assertEquals(elsewhere.resolve("dot.png"), png);
      assertTrue(Files.exists(png));
    } finally {
      System.clearProperty(Figures.PROPERTY);
    }
  }

  @Test
  void drawingTwiceGivesTheSameBytes() throws IOException {
    Table table =
        Table.create("t")
            .addColumns(DoubleColumn.create("x", 1, 2, 3), DoubleColumn.create("y", 3, 1, 2));

    Path first = Charts.save(Charts.of(table, "title", "x", "y"), "first");
    Path second = Charts.save(Charts.of(table, "title", "x", "y"), "second");

    assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
  }

  @Test
  void aHeatMapHasItsFirstRowOnTopAndLeavesOutWhatIsNoNumber() {
    HeatMapChart chart =
        Charts.heatMap(
            "t",
            "x",
            "y",
            List.of(1, 2),
            List.of("top", "bottom"),
            new double[][] {{0.5, Double.NaN}, {1, 2}},
            "0.0");

    List<? extends Number[]> cells = chart.getHeatMapSeries().getHeatData();
    assertEquals(List.of("bottom", "top"), chart.getHeatMapSeries().getYData());
    assertEquals(
        List.of(List.<Number>of(0, 1, 0.5), List.<Number>of(0, 0, 1.0), List.<Number>of(1, 0, 2.0)),
        cells.stream().map(List::of).toList());
    assertEquals(1280, Charts.picture(chart).getWidth());
  }

  @Test
  void aHeatMapSaysWhatDoesNotFit() {
    double[][] row = {{1, 2}};
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> Charts.heatMap("t", "x", "y", List.of(1, 2, 3), List.of(1), row, "0"))
            .getMessage()
            .contains("2 values a row do not fit 3 labels"));
    assertThrows(
        IllegalArgumentException.class,
        () -> Charts.heatMap("t", "x", "y", List.of(1, 2), List.of(1, 2), row, "0"));
    double[][] nothing = {{Double.NaN}};
    assertThrows(
        IllegalArgumentException.class,
        () -> Charts.heatMap("t", "x", "y", List.of(1), List.of(1), nothing, "0"));
  }

  @Test
  void aLossCurveDrawsEachRowAndLeavesOutWhatARowLacks() {
    List<XYChart> drawn = new ArrayList<>();
    LossCurve curve = new LossCurve(List.of("loss", "validation"), drawn::add);

    curve.row(10, 30, 0.1, Map.of("loss", 3.0));
    curve.row(20, 30, 0.1, Map.of("loss", 2.0, "validation", 2.5));

    assertEquals(2, drawn.size());
    assertEquals(1, drawn.get(0).getSeriesCollection().size());
    XYChart last = drawn.get(1);
    assertEquals(2, last.getSeries("loss").getXData().length);
    assertEquals(2.5, last.getSeries("validation").getYData()[0]);
    assertThrows(IllegalArgumentException.class, () -> new LossCurve(List.of(), c -> {}));
  }
}
