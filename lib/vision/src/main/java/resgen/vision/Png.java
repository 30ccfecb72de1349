package resgen.vision;

import java.awt.image.RenderedImage;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import javax.imageio.ImageIO;

/** Writes pictures as PNG files that are there whole or not at all. */
public final class Png {

  private Png() {}

  /**
   * Writes a picture; missing folders are made. It is written aside and moved, so that a file of
   * that name stays what it was until the new one is complete. An interrupt of the thread does not
   * break the writing.
   *
   * @throws UncheckedIOException naming the file, if it cannot be written
   */
  public static void write(Path file, RenderedImage picture) {
    Path whole = file.toAbsolutePath();
    try {
      Files.createDirectories(whole.getParent());
      Path part = Files.createTempFile(whole.getParent(), "." + whole.getFileName() + ".", ".tmp");
      try {
        // Not through a channel, which an interrupt would close.
        try (OutputStream out = new FileOutputStream(part.toFile())) {
          if (!ImageIO.write(picture, "png", out)) {
            throw new IOException("the picture has no PNG form");
          }
        }
        Files.move(
            part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }
}
