package resgen.kernel.render;

import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.imageio.ImageIO;

/** Pictures as Jupyter wants them: base64. */
final class Pictures {
  private Pictures() {}

  static String png(RenderedImage image) {
    ImageIO.setUseCache(false);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      ImageIO.write(image, "png", out);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode a picture as PNG", e);
    }
    return base64(out.toByteArray());
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
