package resgen.lab.chart;

import java.awt.image.BufferedImage;
import java.nio.channels.Channels;
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
    Path path = DataHome.root().resolveSibling("figures").resolve(name + ".png");
    AtomicFile.write(
        path, channel -> ImageIO.write(picture, "png", Channels.newOutputStream(channel)));
    return path;
  }
}
