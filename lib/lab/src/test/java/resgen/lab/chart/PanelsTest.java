package resgen.lab.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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

  private static BufferedImage grey(int width, int level) {
    BufferedImage picture = new BufferedImage(width, 4, BufferedImage.TYPE_BYTE_GRAY);
    for (int x = 0; x < width; x++) {
      for (int y = 0; y < 4; y++) {
        picture.getRaster().setSample(x, y, 0, level);
      }
    }
    return picture;
  }

  @Test
  void picturesOfARowStandBesideItsName() {
    Map<String, List<BufferedImage>> rows = new LinkedHashMap<>();
    rows.put("real", List.of(grey(4, 0), grey(4, 255)));
    rows.put("sampled without context", List.of(grey(4, 255), grey(4, 0)));

    BufferedImage picture = Panels.rows(rows, 10);

    int left = picture.getWidth() - 14 - 2 * 44; // two pictures of 40 and their gaps
    assertEquals(2 * 44 + 2 * 14, picture.getHeight());
    assertEquals(0x000000, picture.getRGB(left + 20, 14 + 20) & 0xFFFFFF);
    assertEquals(0xFFFFFF, picture.getRGB(left + 44 + 20, 14 + 20) & 0xFFFFFF);
    assertEquals(0xFFFFFF, picture.getRGB(left + 20, 14 + 44 + 20) & 0xFFFFFF);
    assertEquals(0x000000, picture.getRGB(left + 44 + 20, 14 + 44 + 20) & 0xFFFFFF);
  }

  @Test
  void rowsThatDifferAreRefusedByName() {
    Map<String, List<BufferedImage>> rows = new LinkedHashMap<>();
    assertThrows(IllegalArgumentException.class, () -> Panels.rows(rows, 1));
    rows.put("real", List.of(grey(4, 0)));
    assertThrows(IllegalArgumentException.class, () -> Panels.rows(rows, 0));
    rows.put("wide", List.of(grey(5, 0)));

    String message =
        assertThrows(IllegalArgumentException.class, () -> Panels.rows(rows, 1)).getMessage();

    assertTrue(message.contains("'wide'") && message.contains("4 × 4"), message);
  }
}
