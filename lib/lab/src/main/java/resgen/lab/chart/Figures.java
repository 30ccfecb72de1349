package resgen.lab.chart;

import java.awt.image.BufferedImage;
import java.nio.channels.Channels;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import resgen.settings.AtomicFile;
import resgen.settings.DataHome;

/** Pictures in the project's figures folder, or in another that is named for them. */
public final class Figures {

  /** The property, and the variable, that name another folder. */
  static final String PROPERTY = "resgen.figures";

  private static final String VARIABLE = "RESGEN_FIGURES";

  private Figures() {}

  private static Path folder() {
    String given = System.getProperty(PROPERTY, System.getenv().getOrDefault(VARIABLE, ""));
    return given.isBlank() ? DataHome.root().resolveSibling("figures") : Path.of(given);
  }

  /**
   * Writes {@code figures/name.png}, or {@code name.png} in the folder that {@code RESGEN_FIGURES}
   * names.
   *
   * @return its path
   */
  public static Path save(BufferedImage picture, String name) {
    Path path = folder().resolve(name + ".png");
    AtomicFile.write(
        path, channel -> ImageIO.write(picture, "png", Channels.newOutputStream(channel)));
    return path;
  }
}
