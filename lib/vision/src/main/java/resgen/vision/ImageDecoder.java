package resgen.vision;

import com.twelvemonkeys.image.ResampleOp;
import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One picture file to RGB bytes of a wanted size: JPEG (also CMYK, YCCK and with odd profiles, by
 * TwelveMonkeys, as the JDK refuses those), PNG, BMP, GIF. The format is told from the content, not
 * from the name. Grey becomes three equal channels, opacity is dropped, orientation tags are not
 * obeyed, as in the usual ImageNet loaders.
 */
final class ImageDecoder {
  private static final long MAX_PIXELS = 1L << 27;
  private static final ImageReaderSpi JPEG = registeredJpeg();

  private ImageDecoder() {}

  /**
   * Reads, scales with a Lanczos filter, and cuts out.
   *
   * @return 3·size·size bytes, CHW
   * @throws BrokenFileException if the file is no complete picture
   */
  static byte[] read(Path file, int size, ImageFolder.Fit fit) {
    try {
      return planar(fit(rgb(decode(file)), size, fit), size);
    } catch (BrokenFileException e) {
      throw e;
    } catch (IOException | RuntimeException e) { // readers throw anything on hostile bytes
      throw new BrokenFileException(file, "cannot be decoded: " + e, e);
    }
  }

  private static BufferedImage decode(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    boolean jpeg = bytes.length > 2 && (bytes[0] & 0xFF) == 0xFF && (bytes[1] & 0xFF) == 0xD8;
    if (jpeg && !endsAsJpeg(bytes)) {
      throw new BrokenFileException(file, "truncated: no end-of-image marker");
    }
    try (ImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes))) {
      ImageReader reader = jpeg ? JPEG.createReaderInstance() : readerOf(file, in);
      try {
        reader.setInput(in, true, true);
        long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
        if (pixels > MAX_PIXELS) {
          throw new BrokenFileException(
              file, pixels + " pixels, at most " + MAX_PIXELS + " are decoded");
        }
        return reader.read(0);
      } finally {
        reader.dispose();
      }
    }
  }

  private static ImageReader readerOf(Path file, ImageInputStream in) {
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw new BrokenFileException(file, "not a picture, expected JPEG, PNG, BMP or GIF");
    }
    return readers.next();
  }

  /** Whether an end-of-image marker comes after the first scan has begun. */
  private static boolean endsAsJpeg(byte[] bytes) {
    for (int i = bytes.length - 2; i >= 2; i--) {
      if ((bytes[i] & 0xFF) == 0xFF) {
        int marker = bytes[i + 1] & 0xFF;
        if (marker == 0xD9) {
          return true;
        }
        if (marker == 0xDA) {
          return false;
        }
      }
    }
    return false;
  }

  /** As packed RGB; the samples of a grey picture as they are, without Java's linear-grey gamma. */
  private static BufferedImage rgb(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    BufferedImage rgb = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Raster raster = image.getRaster();
    boolean grey = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    int shift = Math.max(0, image.getSampleModel().getSampleSize(0) - 8);
    int[] row = new int[width];
    for (int y = 0; y < height; y++) {
      if (grey) {
        raster.getSamples(0, y, width, 1, 0, row);
        for (int x = 0; x < width; x++) {
          row[x] = (row[x] >> shift) * 0x010101;
        }
      } else {
        image.getRGB(0, y, width, 1, row, 0, width);
      }
      rgb.getRaster().setDataElements(0, y, width, 1, row);
    }
    return rgb;
  }

  private static BufferedImage fit(BufferedImage image, int size, ImageFolder.Fit fit) {
    int width = image.getWidth();
    int height = image.getHeight();
    if (fit == ImageFolder.Fit.STRETCH) {
      return scaled(image, size, size);
    }
    double scale = size / (double) Math.min(width, height);
    int newWidth = Math.max(size, (int) Math.round(width * scale));
    int newHeight = Math.max(size, (int) Math.round(height * scale));
    return scaled(image, newWidth, newHeight)
        .getSubimage((newWidth - size) / 2, (newHeight - size) / 2, size, size);
  }

  private static BufferedImage scaled(BufferedImage image, int width, int height) {
    if (image.getWidth() == width && image.getHeight() == height) {
      return image;
    }
    BufferedImage target = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    return new ResampleOp(width, height, ResampleOp.FILTER_LANCZOS).filter(image, target);
  }

  private static byte[] planar(BufferedImage image, int size) {
    int[] rgb = image.getRGB(0, 0, size, size, null, 0, size);
    int plane = size * size;
    byte[] bytes = new byte[3 * plane];
    for (int i = 0; i < plane; i++) {
      bytes[i] = (byte) (rgb[i] >> 16);
      bytes[plane + i] = (byte) (rgb[i] >> 8);
      bytes[2 * plane + i] = (byte) rgb[i];
    }
    return bytes;
  }

  /** Registered by hand: the registry finds no plug-ins in class loaders other than its own. */
  private static ImageReaderSpi registeredJpeg() {
    ImageIO.setUseCache(false);
    IIORegistry registry = IIORegistry.getDefaultInstance();
    ImageReaderSpi known = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
    if (known == null) {
      registry.registerServiceProvider(new JPEGImageReaderSpi());
      known = registry.getServiceProviderByClass(JPEGImageReaderSpi.class);
    }
    return known;
  }
}
