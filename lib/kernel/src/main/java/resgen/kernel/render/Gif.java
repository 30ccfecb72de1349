package resgen.kernel.render;

import java.awt.Graphics2D;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.awt.image.RenderedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageTypeSpecifier;
import javax.imageio.ImageWriter;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.metadata.IIOMetadataNode;
import javax.imageio.stream.ImageOutputStream;

/** Pictures as an animated GIF. */
public final class Gif {
  private static final int COLOURS = 256;
  private static final String FORMAT = "javax_imageio_gif_image_1.0";

  private Gif() {}

  /**
   * An animation that plays for ever.
   *
   * @param frames pictures of one size
   * @param millis how long each is shown; GIF counts hundredths of a second
   */
  public static byte[] of(List<? extends RenderedImage> frames, int millis) {
    if (frames.isEmpty() || millis < 10) {
      throw new IllegalArgumentException(
          "an animation needs pictures and at least 10 ms for each, but got "
              + frames.size()
              + " and "
              + millis);
    }
    ImageWriter writer = ImageIO.getImageWritersByFormatName("gif").next();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ImageOutputStream stream = ImageIO.createImageOutputStream(out)) {
      writer.setOutput(stream);
      writer.prepareWriteSequence(null);
      for (RenderedImage frame : frames) {
        BufferedImage indexed = indexed(frame);
        writer.writeToSequence(
            new IIOImage(indexed, null, metadata(writer, indexed, millis / 10)), null);
      }
      writer.endWriteSequence();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot encode pictures as GIF", e);
    } finally {
      writer.dispose();
    }
    return out.toByteArray();
  }

  private static IIOMetadata metadata(ImageWriter writer, BufferedImage frame, int hundredths)
      throws IOException {
    ImageTypeSpecifier type = new ImageTypeSpecifier(frame);
    IIOMetadata metadata = writer.getDefaultImageMetadata(type, null);
    IIOMetadataNode root = (IIOMetadataNode) metadata.getAsTree(FORMAT);
    IIOMetadataNode place = (IIOMetadataNode) root.getElementsByTagName("ImageDescriptor").item(0);
    place.setAttribute("interlaceFlag", "FALSE");
    IIOMetadataNode control =
        (IIOMetadataNode) root.getElementsByTagName("GraphicControlExtension").item(0);
    control.setAttribute("delayTime", Integer.toString(hundredths));
    control.setAttribute("disposalMethod", "none");
    control.setAttribute("userInputFlag", "FALSE");
    IIOMetadataNode extensions = new IIOMetadataNode("ApplicationExtensions");
    IIOMetadataNode loop = new IIOMetadataNode("ApplicationExtension");
    loop.setAttribute("applicationID", "NETSCAPE");
    loop.setAttribute("authenticationCode", "2.0");
    loop.setUserObject(new byte[] {1, 0, 0}); // for ever
    extensions.appendChild(loop);
    root.appendChild(extensions);
    metadata.setFromTree(FORMAT, root);
    return metadata;
  }

  /** With the picture's own colours where 256 are enough, else with a fixed palette. */
  private static BufferedImage indexed(RenderedImage frame) {
    int w = frame.getWidth();
    int h = frame.getHeight();
    BufferedImage rgb = new BufferedImage(w, h, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = rgb.createGraphics();
    g.drawRenderedImage(frame, new AffineTransform());
    g.dispose();
    Map<Integer, Integer> places = new HashMap<>();
    int[] colours = new int[COLOURS];
    int[] pixels = rgb.getRGB(0, 0, w, h, null, 0, w);
    for (int pixel : pixels) {
      if (places.size() < COLOURS || places.containsKey(pixel)) {
        colours[place(places, pixel)] = pixel;
      } else {
        BufferedImage coarse = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_INDEXED);
        Graphics2D onto = coarse.createGraphics();
        onto.drawImage(rgb, 0, 0, null);
        onto.dispose();
        return coarse;
      }
    }
    IndexColorModel palette =
        new IndexColorModel(8, COLOURS, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    BufferedImage out = new BufferedImage(w, h, BufferedImage.TYPE_BYTE_INDEXED, palette);
    for (int i = 0; i < pixels.length; i++) {
      out.getRaster().setSample(i % w, i / w, 0, places.get(pixels[i]));
    }
    return out;
  }

  private static int place(Map<Integer, Integer> places, int colour) {
    Integer known = places.putIfAbsent(colour, places.size());
    return known == null ? places.size() - 1 : known;
  }
}
