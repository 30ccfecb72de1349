package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.awt.image.BufferedImage;
import java.util.List;
import org.junit.jupiter.api.Test;

class PanelsTest {

  private static final double[][] MATRIX = {{0, 1, Double.NaN}, {7, 0.5, -1}};

  private static int at(BufferedImage picture, int column, int row) {
    return picture.getRGB(7 + column * 10 + 5, 20 + row * 10 + 5) & 0xFFFFFF;
  }

  @Test
  void valuesBecomeColoursBetweenPaleAndDark() {
    BufferedImage picture = Panels.draw(List.<double[][]>of(MATRIX), List.of("m"), 4, 10);

    assertEquals(3 * 10 + 14, picture.getWidth());
    assertEquals(2 * 10 + 14 + 20, picture.getHeight());
    assertEquals(0xF4F4EC, at(picture, 0, 0));
    assertEquals(0x17407A, at(picture, 1, 0));
    assertEquals(0xFFFFFF, at(picture, 2, 0));
    assertEquals(0x17407A, at(picture, 0, 1));
    assertEquals(0xF4F4EC, at(picture, 2, 1));
    assertEquals(0x869AB3, at(picture, 1, 1));
  }

  @Test
  void matricesStandSideBySideAndThenBelow() {
    BufferedImage picture =
        Panels.draw(List.of(MATRIX, MATRIX, MATRIX), List.of("a", "b", "c"), 2, 10);

    assertEquals(2 * 44, picture.getWidth());
    assertEquals(2 * 54, picture.getHeight());
    assertEquals(0x17407A, picture.getRGB(7 + 15, 54 + 20 + 5) & 0xFFFFFF);
  }

  @Test
  void whatDoesNotFitIsRefused() {
    List<String> one = List.of("m");
    assertThrows(IllegalArgumentException.class, () -> Panels.draw(List.of(), List.of(), 1, 10));
    assertThrows(
        IllegalArgumentException.class,
        () -> Panels.draw(List.<double[][]>of(MATRIX), List.of(), 1, 10));
    assertThrows(
        IllegalArgumentException.class, () -> Panels.draw(List.<double[][]>of(MATRIX), one, 0, 10));
    double[][] ragged = {{0, 1}, {2}};
    assertThrows(
        IllegalArgumentException.class, () -> Panels.draw(List.<double[][]>of(ragged), one, 1, 10));
  }
}
