package resgen.kernel.render;

import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures as Jupyter wants them: base64. */
public final class Pictures {
  private Pictures() {}

  /** The picture as a PNG in base64. */
  public static String png(RenderedImage image) {
    ImageIO.setUseCache(false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a picture as PNG", e);
    }
    return base64(out.toByteArray());
  }

  /** The picture inside a page, each of its pixels {@code zoom} wide, without smoothing. */
  public static String html(RenderedImage image, int zoom) {
    return "<img src=\"data:image/png;base64,"
        + png(image)
        + "\" width=\""
        + image.getWidth() * zoom
        + "\" height=\""
        + image.getHeight() * zoom
        + "\" style=\"image-rendering:pixelated;display:inline-block;margin:2px\">";
  }

  static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** The MIME type that the first bytes tell, or null when they are no picture. */
  static String type(byte[] bytes) {
    String head = new String(bytes, 0, Math.min(8, bytes.length), StandardCharsets.ISO_8859_1);
    if (head.startsWith("GIF8")) {
      return "image/gif";
    }
    if (head.startsWith("\u0089PNG\r\n")) {
      return "image/png";
    }
    return head.startsWith("\u00ff\u00d8\u00ff") ? "image/jpeg" : null;
  }
}
