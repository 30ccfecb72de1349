package resgen.lab.chart;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
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

  /** As small as PNG gets without loss. */
  private static void write(BufferedImage picture, OutputStream out) throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam how = writer.getDefaultWriteParam();
    how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    how.setCompressionQuality(0); // the slowest deflate
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(picture, null, null), how);
    } finally {
      writer.dispose();
    }
  }

  /**
   * Writes {@code figures/name.png}, or {@code name.png} in the folder that {@code RESGEN_FIGURES}
   * names.
   *
   * @return its path
   */
  public static Path save(BufferedImage picture, String name) {
    Path path = folder().resolve(name + ".png");
    AtomicFile.write(path, channel -> write(picture, Channels.newOutputStream(channel)));
    return path;
  }
}
