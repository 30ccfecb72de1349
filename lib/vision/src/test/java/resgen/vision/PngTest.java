package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Rectangle;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngTest {
  @TempDir Path temp;

  private static final BufferedImage RED = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);

  static {
    RED.setRGB(1, 1, 0xFF0000);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(temp)) {
      return files.toList();
    }
  }

  @Test
  void thePictureIsWrittenAndNothingElseAndAnInterruptDoesNotBreakIt() throws IOException {
    Path file = temp.resolve("p.png");
    Thread.currentThread().interrupt();
    Png.write(file, RED);
    assertTrue(Thread.interrupted(), "the interrupt stays");
    assertEquals(0xFFFF0000, ImageIO.read(file.toFile()).getRGB(1, 1));
    assertEquals(List.of(file), files());
  }

  @Test
  void aWritingThatFailsLeavesTheOldFileAndNoOther() throws IOException {
    Path file = temp.resolve("p.png");
    Png.write(file, RED);
    byte[] old = Files.readAllBytes(file);
    BufferedImage failing = failing();
    assertThrows(RuntimeException.class, () -> Png.write(file, failing));
    assertArrayEquals(old, Files.readAllBytes(file));
    assertEquals(List.of(file), files());
  }

  /** Fails when its pixels are asked for, after the head of the file. */
  private static BufferedImage failing() {
    return new BufferedImage(3, 2000, BufferedImage.TYPE_INT_RGB) {
      @Override
      public Raster getTile(int x, int y) {
        throw new IllegalStateException("no pixels");
      }

      @Override
      public Raster getData(Rectangle part) {
        throw new IllegalStateException("no pixels");
      }
    };
  }

  @Test
  void aFileThatCannotBeWrittenIsNamed() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x").resolve("p.png");
    String message =
        assertThrows(UncheckedIOException.class, () -> Png.write(file, RED)).getMessage();
    assertTrue(message.contains("cannot write " + file), message);
  }
}
