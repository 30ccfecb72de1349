package resgen.lab.chart;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import resgen.settings.AtomicFile;
import resgen.settings.DataHome;

/** Pictures in the project's figures folder. */
public final class Figures {

  private Figures() {}

  /**
   * Writes {@code figures/name.png}.
   *
   * @return its path
   */
  public static Path save(BufferedImage picture, String name) {
    Path path = path(name + ".png");
    AtomicFile.write(
        path, channel -> ImageIO.write(picture, "png", Channels.newOutputStream(channel)));
    return path;
  }

  /** A file in the figures folder, whose parent folders are made. */
  static Path path(String name) {
    Path path = DataHome.root().resolveSibling("figures").resolve(name);
    try {
      Files.createDirectories(path.getParent());
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + path.getParent() + ": " + e.getMessage(), e);
    }
  }
}
