package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeUpImagesTest {
  @TempDir Path temp;

  @Test
  void theFolderIsADataSetOfItsSeed() {
    assertEquals(3 * 12, MadeUpImages.write(temp.resolve("a"), 32, 10, 1));
    MadeUpImages.write(temp.resolve("b"), 32, 10, 1);
    MadeUpImages.write(temp.resolve("c"), 32, 10, 2);
    OwnImages images = OwnImages.at(temp.resolve("a"));
    assertEquals(MadeUpImages.CLASS_NAMES, images.train().classNames());
    assertEquals(30, images.train().size());
    assertEquals(6, images.test().size());
    assertEquals(3, images.train().channels());
    String print = images.train().fingerprint();
    assertEquals(print, OwnImages.at(temp.resolve("b")).train().fingerprint());
    assertNotEquals(print, OwnImages.at(temp.resolve("c")).train().fingerprint());
  }

  @Test
  void noShapeIsCutByTheBorder() {
    for (int label = 0; label < 3; label++) {
      for (int i = 0; i < 50; i++) {
        BufferedImage picture = MadeUpImages.picture(label, i, 32, 0);
        int ground = picture.getRGB(0, 0);
        int inside = 0;
        for (int x = 0; x < 32; x++) {
          assertEquals(ground, picture.getRGB(x, 0), label + ", " + i);
          assertEquals(ground, picture.getRGB(x, 31), label + ", " + i);
          assertEquals(ground, picture.getRGB(0, x), label + ", " + i);
          assertEquals(ground, picture.getRGB(31, x), label + ", " + i);
          for (int y = 0; y < 32; y++) {
            inside += picture.getRGB(x, y) == ground ? 0 : 1;
          }
        }
        assertTrue(inside > 50 && inside < 500, inside + " pixels");
      }
    }
  }

  @Test
  void impossibleNumbersAreRefusedBeforeAnythingIsWritten() {
    assertThrows(IllegalArgumentException.class, () -> MadeUpImages.write(temp, 7, 10, 0));
    assertThrows(IllegalArgumentException.class, () -> MadeUpImages.write(temp, 32, 0, 0));
    assertTrue(Files.notExists(temp.resolve("train")));
  }
}
