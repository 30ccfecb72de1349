package resgen.lab.chart;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.geom.Point2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PlotTest {

  private static byte[] png(BufferedImage picture) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", bytes);
    return bytes.toByteArray();
  }

  private static boolean has(BufferedImage picture, Color color) {
    return IntStream.range(0, picture.getWidth() * picture.getHeight())
        .anyMatch(
            i -> picture.getRGB(i % picture.getWidth(), i / picture.getWidth()) == color.getRGB());
  }

  static List<String> figures() {
    return StudyFigures.names();
  }

  @ParameterizedTest
  @MethodSource("figures")
  void everyFigureHasNumbersAndDrawnTwiceTheSameBytes(String name) throws IOException {
    BufferedImage first = StudyFigures.of(name).show();

    assertEquals(1280, first.getWidth());
    assertEquals(800, first.getHeight());
    assertFalse(java.util.Arrays.equals(png(first), png(new Plot("t", "x", "y").show())));
    assertArrayEquals(png(first), png(StudyFigures.of(name).show()));
  }

  @Test
  void aModelHasItsColourInEveryFigureAlsoThePapers() {
    for (String name : List.of("table1", "pareto-paper", "pareto-calls", "learning-rate")) {
      BufferedImage picture = StudyFigures.of(name).show();
      assertTrue(has(picture, Palette.model("resgen")), name);
      assertTrue(has(picture, Palette.model("rq-transformer")), name);
    }
    assertEquals(Palette.model("MaskGIT"), Palette.model("depthwise-maskgit"));
    assertThrows(IllegalArgumentException.class, () -> Palette.model("resnet"));
  }

  @Test
  void whatIsNoNumberIsLeftOutAndNothingIsSaidInWords() {
    double[] nothing = {Double.NaN, 1};
    Plot empty = new Plot("t", "x", "y");
    byte[] words = assertDoesNotThrowPng(empty);

    empty.points("a", Plot.Style.of(Color.RED), nothing, new double[] {1, Double.NaN});

    assertArrayEquals(words, assertDoesNotThrowPng(empty));
    assertFalse(has(empty.show(), Color.RED));
    empty.points("a", Plot.Style.of(Color.RED), new double[] {1}, new double[] {1});
    assertTrue(has(empty.show(), Color.RED));
  }

  private static byte[] assertDoesNotThrowPng(Plot plot) {
    try {
      return png(plot.show());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void labelsThatDoNotFitThePointsAreRefused() {
    Plot plot = new Plot("t", "x", "y");
    Plot.Style style = Plot.Style.model("resgen");
    double[] two = {1, 2};
    assertThrows(
        IllegalArgumentException.class, () -> plot.points("a", style, two, new double[] {1}));
    assertThrows(IllegalArgumentException.class, () -> plot.points("a", style, two, two, "T = 1"));
    assertThrows(IllegalArgumentException.class, () -> StudyFigures.of("none"));
  }

  @Test
  void ticksStandAtTheDataWhereTheyAreFew() {
    assertArrayEquals(
        new double[] {4, 8, 16}, Axis.around(new double[] {16, 4, 8, 4}, true, true, 0).ticks());
    double[] round = Axis.around(new double[] {16.3, 4.1, 140}, true, false, 0).ticks();
    assertArrayEquals(new double[] {5, 10, 20, 50, 100}, round);
    assertArrayEquals(
        new double[] {3, 4, 5, 6, 8, 10, 15, 20, 30},
        Axis.around(new double[] {3.2, 30}, true, false, 0).ticks());
    assertThrows(
        IllegalArgumentException.class, () -> Axis.around(new double[] {0, 1}, true, true, 0));
  }

  @Test
  void anAxisDoesNotZoomIntoNoise() {
    Axis axis = Axis.around(new double[] {7.1, 7.3}, false, false, 0.5);

    assertTrue(axis.most() - axis.least() >= 0.5 * 7.3, axis.toString());
    assertTrue(axis.at(7.3) - axis.at(7.1) < 0.1);
    assertEquals("0.4375", Axis.text(0.4375));
    assertEquals("12,000", Axis.text(12_000));
    assertEquals("0.00075", Axis.text(7.5e-4));
  }

  @Test
  void labelsCoverNeitherEachOtherNorPoints() {
    Rectangle2D area = new Rectangle2D.Double(0, 0, 1000, 700);
    LabelPlaces free = new LabelPlaces(area, area);
    Rectangle2D size = new Rectangle2D.Double(0, 0, 60, 16);
    List<Point2D> points =
        IntStream.range(0, 6)
            .<Point2D>mapToObj(i -> new Point2D.Double(300 + 25 * i, 300 + 7 * i))
            .toList();
    List<Rectangle2D> taken =
        new java.util.ArrayList<>(
            points.stream()
                .<Rectangle2D>map(p -> new Rectangle2D.Double(p.getX() - 8, p.getY() - 8, 16, 16))
                .toList());
    taken.forEach(free::take);

    for (Point2D p : points.subList(0, 4)) {
      Rectangle2D label = free.beside(p, size);
      assertTrue(taken.stream().noneMatch(label::intersects), label + " at " + p);
      taken.add(label);
    }
  }

  @Test
  void namesAtOneEndAreMovedApartInTheirOrder() {
    double[] centres = {100, 102, 103, 400};

    LabelPlaces.spread(centres, 20, 0, 410);

    for (int i = 1; i < centres.length; i++) {
      assertTrue(centres[i] - centres[i - 1] > 19.9, java.util.Arrays.toString(centres));
    }
    assertEquals(101.7, (centres[0] + centres[1] + centres[2]) / 3, 1);
    assertEquals(400, centres[3], 1e-9);
  }
}
