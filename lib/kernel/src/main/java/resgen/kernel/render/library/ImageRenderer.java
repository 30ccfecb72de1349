package resgen.kernel.render.library;

import ai.djl.modality.cv.Image;
import java.awt.image.RenderedImage;
import org.dflib.jjava.jupyter.kernel.display.RenderContext;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.display.mime.MIMEType;
import resgen.kernel.render.Pictures;

/** DJL's images as pictures. */
public final class ImageRenderer implements LibraryRenderer {
  @Override
  public void register(Renderer renderer) {
    renderer
        .createRegistration(Image.class)
        .preferring(MIMEType.IMAGE_PNG)
        .register(ImageRenderer::render);
  }

  private static void render(Image image, RenderContext context) {
    String size = "picture " + image.getWidth() + "×" + image.getHeight();
    context.renderIfRequested(MIMEType.TEXT_PLAIN, () -> size);
    if (image.getWrappedImage() instanceof RenderedImage picture) {
      context.renderIfRequested(MIMEType.IMAGE_PNG, () -> Pictures.png(picture));
    }
  }
}
