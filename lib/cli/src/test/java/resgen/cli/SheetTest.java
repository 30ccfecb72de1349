package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import resgen.vision.Images;

class SheetTest {

  /** One image for each label; the pixels of image i are i. */
  private static Images images(int size, int classes, int... labels) {
    byte[][] pixels = new byte[labels.length][size * size];
    for (int i = 0; i < labels.length; i++) {
      java.util.Arrays.fill(pixels[i], (byte) i);
    }
    List<String> names = IntStream.range(0, classes).mapToObj(c -> "class " + c).toList();
    return Images.of("made", 1, size, size, pixels, labels, names);
  }

  @Test
  void smallOnesAreAllInThePicture() {
    Sheet sheet = new Sheet(2, 2);
    sheet.add(images(8, 3, 0, 0));
    sheet.add(images(8, 3, 2, 2));
    assertEquals(0, sheet.leftOut());
    BufferedImage picture = sheet.picture();
    assertEquals(2 * (8 * 2 + 2), picture.getHeight());
  }

  @Test
  void aClassThatIsAskedForTwiceHasRoomForBoth() {
    Sheet sheet = Sample.sheet(new int[] {2, 2});
    sheet.add(images(8, 3, 2));
    sheet.add(images(8, 3, 2));
    assertEquals(0, sheet.leftOut());
    assertEquals(96 + 2 * (8 * 2 + 2), sheet.picture().getWidth());
  }

  @Test
  void manyOfThemMakeNoLargerPicture() {
    Sheet sheet = new Sheet(1000, 2);
    int[] labels = IntStream.range(0, 100).map(i -> i % 2).toArray();
    for (int batch = 0; batch < 20; batch++) {
      sheet.add(images(128, 2, labels));
    }
    BufferedImage picture = sheet.picture();
    assertTrue((long) picture.getWidth() * picture.getHeight() < 9_000_000, picture.toString());
    assertTrue(sheet.leftOut() > 1500, sheet.leftOut() + " left out");
  }

  @Test
  void manyClassesMakeNoLargerPicture() {
    Sheet sheet = new Sheet(1, 600);
    for (int c = 0; c < 600; c++) {
      sheet.add(images(256, 600, c));
    }
    BufferedImage picture = sheet.picture();
    assertTrue((long) picture.getWidth() * picture.getHeight() < 13_000_000, picture.toString());
    assertTrue(sheet.leftOut() > 300, sheet.leftOut() + " left out");
  }
}
