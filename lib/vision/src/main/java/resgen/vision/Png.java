package resgen.vision;

import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import resgen.torch.AtomicFile;

/** Pictures as PNG: in memory, and as files that are written atomically. */
public final class Png {

  private Png() {}

  /**
   * The bytes of a PNG file.
   *
   * @throws IllegalArgumentException if the picture's colour model is none that PNG has
   */
  public static byte[] bytes(RenderedImage picture) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      if (!ImageIO.write(picture, "png", out)) {
        throw new IllegalArgumentException("a picture of " + picture + " cannot be PNG");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a picture as PNG: " + e.getMessage(), e);
    }
    return out.toByteArray();
  }

  /**
   * Writes a picture as {@link AtomicFile#write(Path, byte[])} does, with its folders.
   *
   * @throws UncheckedIOException naming the path, when it cannot be written
   */
  public static void write(Path path, RenderedImage picture) {
    AtomicFile.write(path, bytes(picture));
  }
}
