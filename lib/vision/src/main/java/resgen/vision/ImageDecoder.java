package resgen.vision;

import com.twelvemonkeys.imageio.plugins.jpeg.JPEGImageReaderSpi;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.Semaphore;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.ImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * One picture file to RGB bytes of a wanted size: JPEG (also CMYK, YCCK and with odd profiles, by
 * TwelveMonkeys, as the JDK refuses those), PNG, BMP, GIF. The format is told from the content, not
 * from the name. Grey becomes three equal channels, opacity is dropped, orientation tags are not
 * obeyed, as in the usual ImageNet loaders.
 *
 * <p>A picture takes the memory of its own pixels, whatever its proportions; pictures that are
 * decoded at the same time take half of the heap at most, large ones one after the other.
 */
final class ImageDecoder {
  private static final long MAX_PIXELS = 1L << 27;
  private static final long MAX_BYTES = 1L << 30;

  /** Of a decoded picture: 16 bits in each of four channels. */
  private static final int BYTES_PER_PIXEL = 8;

  private static final int PERMIT = 1 << 20;
  private static final int PERMITS =
      (int) Math.max(1, Math.min(1 << 20, Runtime.getRuntime().maxMemory() / 2 / PERMIT));
  private static final Semaphore MEMORY = new Semaphore(PERMITS, true);
  private static final ImageReaderSpi JPEG = registeredJpeg();

  /**
   * Height and width of a picture as its file has them.
   *
   * @param width columns
   * @param height rows
   */
  record Extent(int width, int height) {
    int shorter() {
      return Math.min(width, height);
    }
  }

  /** Not the file's fault, so that no file is left out because of it. */
  private static final class HeapTooSmall extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    HeapTooSmall(String message) {
      super(message);
    }
  }

  /** What is done with a reader whose file is open. */
  private interface Use<T> {
    T with(ImageReader reader) throws IOException;
  }

  private ImageDecoder() {}

  /**
   * Reads, and scales a part or all of it with a Lanczos filter.
   *
   * @return 3·size·size bytes, CHW
   * @throws BrokenFileException if the file is no complete picture, or has too many pixels
   * @throws IllegalArgumentException if the heap is too small for the picture
   */
  static byte[] read(Path file, int size) {
    return use(file, true, reader -> read(file, reader, size));
  }

  /**
   * Height and width, from the head of the file.
   *
   * @throws BrokenFileException if the file is no picture
   */
  static Extent extent(Path file) {
    return use(file, false, reader -> new Extent(reader.getWidth(0), reader.getHeight(0)));
  }

  private static byte[] read(Path file, ImageReader reader, int size) throws IOException {
    int width = reader.getWidth(0);
    int height = reader.getHeight(0);
    long pixels = (long) width * height;
    if (pixels > MAX_PIXELS) {
      throw new BrokenFileException(
          file,
          "%d×%d are %d pixels, at most %d are decoded"
              .formatted(width, height, pixels, MAX_PIXELS));
    }
    int permits = (int) (pixels * BYTES_PER_PIXEL / PERMIT);
    if (permits > PERMITS) {
      throw new HeapTooSmall(
          "%s: %d×%d pixels take %d MiB to decode, half of the heap is %d MiB; take a larger -Xmx"
              .formatted(file, width, height, permits, PERMITS));
    }
    MEMORY.acquireUninterruptibly(permits);
    try {
      BufferedImage image = reader.read(0);
      return Resampler.resample(
          rows(image), image.getWidth(), image.getHeight(), middle(image), size);
    } finally {
      MEMORY.release(permits);
    }
  }

  private static Resampler.Box middle(BufferedImage image) {
    int width = image.getWidth();
    int height = image.getHeight();
    int side = Math.min(width, height);
    return new Resampler.Box((width - side) / 2.0, (height - side) / 2.0, side, side);
  }

  private static <T> T use(Path file, boolean whole, Use<T> use) {
    try {
      check(file);
      try (ImageInputStream in = whole ? complete(file) : new FileImageInputStream(file.toFile())) {
        ImageReader reader = readerOf(file, in);
        try {
          reader.setInput(in, true, true);
          return use.with(reader);
        } finally {
          reader.dispose();
        }
      }
    } catch (BrokenFileException | HeapTooSmall e) {
      throw e;
    } catch (IOException | RuntimeException e) { // readers throw anything on hostile bytes
      throw new BrokenFileException(file, "cannot be decoded: " + e, e);
    }
  }

  private static void check(Path file) throws IOException {
    if (!Files.exists(file) && Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new BrokenFileException(file, "a link to what is not there");
    }
    if (!Files.isRegularFile(file)) {
      throw new BrokenFileException(file, "not a file");
    }
    if (Files.size(file) > MAX_BYTES) {
      throw new BrokenFileException(
          file, Files.size(file) + " bytes, at most " + MAX_BYTES + " are read");
    }
  }

  /** In memory; a JPEG's decoder makes up what is missing at its end, so that is looked for. */
  private static ImageInputStream complete(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    if (JpegEnd.isJpeg(bytes) && !JpegEnd.isReached(bytes)) {
      throw new BrokenFileException(file, "truncated: no end-of-image marker");
    }
    return new MemoryCacheImageInputStream(new ByteArrayInputStream(bytes));
  }

  private static ImageReader readerOf(Path file, ImageInputStream in) throws IOException {
    byte[] head = new byte[3];
    in.mark();
    int read = in.read(head);
    in.reset();
    if (read == head.length && JpegEnd.isJpeg(head)) {
      return JPEG.createReaderInstance();
    }
    Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
    if (!readers.hasNext()) {
      throw new BrokenFileException(file, "not a picture, expected JPEG, PNG, BMP or GIF");
    }
    return readers.next();
  }

  /** As packed RGB; the samples of a grey picture as they are, without Java's linear-grey gamma. */
  private static Resampler.Rows rows(BufferedImage image) {
    Raster raster = image.getRaster();
    boolean grey = raster.getNumBands() <= 2 && !(image.getColorModel() instanceof IndexColorModel);
    int shift = Math.max(0, image.getSampleModel().getSampleSize(0) - 8);
    if (!grey) {
      return (y, from, count) -> image.getRGB(from, y, count, 1, null, 0, count);
    }
    return (y, from, count) -> {
      int[] row = raster.getSamples(from, y, count, 1, 0, (int[]) null);
      for (int x = 0; x < count; x++) {
        row[x] = (row[x] >> shift) * 0x010101;
      }
      return row;
    };
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
