package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageFolderTest {
  @TempDir Path root;
  private Path cats;
  private Path dogs;

  @BeforeEach
  void folders() throws IOException {
    cats = Files.createDirectories(root.resolve("train/cat"));
    dogs = Files.createDirectories(root.resolve("train/dog"));
  }

  private static BufferedImage plain(int width, int height, int type, Color colour) {
    BufferedImage image = new BufferedImage(width, height, type);
    Graphics2D g = image.createGraphics();
    g.setColor(colour);
    g.fillRect(0, 0, width, height);
    g.dispose();
    return image;
  }

  private static Path write(Path file, String format, BufferedImage image) throws IOException {
    assertTrue(ImageIO.write(image, format, file.toFile()));
    return file;
  }

  private static BufferedImage red() {
    return plain(40, 40, BufferedImage.TYPE_INT_RGB, new Color(200, 30, 40));
  }

  /** A four-channel JPEG of one colour, with Adobe's marker after the first two bytes if wanted. */
  private static byte[] fourChannels(int[] sample, int adobeTransform) throws IOException {
    WritableRaster raster = Raster.createInterleavedRaster(0, 32, 32, 4, null);
    for (int i = 0; i < 32 * 32; i++) {
      raster.setPixel(i % 32, i / 32, sample);
    }
    ImageWriter writer = null;
    for (var it = ImageIO.getImageWritersByFormatName("jpeg"); it.hasNext(); ) {
      ImageWriter next = it.next();
      writer = next.getClass().getName().startsWith("com.sun") ? next : writer;
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    try (ImageOutputStream out = ImageIO.createImageOutputStream(plain)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(raster, null, null), null);
    }
    if (adobeTransform < 0) {
      return plain.toByteArray();
    }
    ByteArrayOutputStream marked = new ByteArrayOutputStream();
    marked.write(plain.toByteArray(), 0, 2);
    byte[] adobe = {-1, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};
    adobe[15] = (byte) adobeTransform;
    marked.write(adobe);
    marked.write(plain.toByteArray(), 2, plain.size() - 2);
    return marked.toByteArray();
  }

  private int[] firstPixel(Images images, int i) {
    byte[] p = images.pixels(i);
    int plane = images.height() * images.width();
    int middle = plane / 2 + images.width() / 2;
    return new int[] {p[middle] & 0xFF, p[plane + middle] & 0xFF, p[2 * plane + middle] & 0xFF};
  }

  private Images onlyCat() {
    Images images = ImageFolder.at(root, "train").withSize(32).load().images();
    return images.subset(of(images, 0));
  }

  private static int of(Images images, int label) {
    return IntStream.range(0, images.size())
        .filter(i -> images.label(i) == label)
        .findFirst()
        .orElseThrow();
  }

  private void near(int[] expected, int[] found, int tolerance) {
    for (int c = 0; c < 3; c++) {
      assertEquals(expected[c], found[c], tolerance, Arrays.toString(found));
    }
  }

  @Test
  void classesComeInTheOrderOfTheirNames() throws IOException {
    write(dogs.resolve("a.jpeg"), "jpg", plain(32, 32, BufferedImage.TYPE_INT_RGB, Color.BLUE));
    write(cats.resolve("b.JPEG"), "jpg", plain(32, 32, BufferedImage.TYPE_INT_RGB, Color.GREEN));
    write(cats.resolve("a.png"), "png", plain(32, 32, BufferedImage.TYPE_INT_RGB, Color.RED));
    Files.writeString(cats.resolve("notes.txt"), "not a picture");
    Files.writeString(cats.resolve(".hidden.jpg"), "not a picture");
    Files.writeString(root.resolve("train/list.txt"), "not a class");
    Images images = ImageFolder.at(root, "train").withSize(32).load().images();
    assertEquals(List.of("cat", "dog"), images.classNames());
    assertEquals(3, images.size());
    for (int i = 0; i < 3; i++) {
      int[] colour = firstPixel(images, i);
      boolean red = colour[0] > 128;
      boolean green = colour[1] > 128;
      near(new int[] {red ? 255 : 0, green ? 255 : 0, red || green ? 0 : 255}, colour, 3);
      assertEquals(red || green ? 0 : 1, images.label(i));
    }
    assertTrue(images.name().endsWith("/train"));
  }

  @Test
  void anyPartOfThePicturesHasAllClassesAndTheOrderIsTheSameAgain() throws IOException {
    for (int i = 0; i < 20; i++) {
      Color own = new Color(10 * i, 0, 0);
      write(cats.resolve(i + ".png"), "png", plain(32, 32, BufferedImage.TYPE_INT_RGB, own));
      write(dogs.resolve(i + ".png"), "png", plain(32, 32, BufferedImage.TYPE_INT_RGB, own));
    }
    Images images = ImageFolder.at(root, "train").withSize(32).load().images();
    for (int from = 0; from < 40; from += 10) {
      int dogsHere = Arrays.stream(images.labels(), from, from + 10).sum();
      assertTrue(dogsHere > 0 && dogsHere < 10, from + ": " + dogsHere + " of 10 are dogs");
    }
    assertEquals(20, Arrays.stream(images.labels()).sum());
    assertEquals(
        images.fingerprint(),
        ImageFolder.at(root, "train").withSize(32).load().images().fingerprint());
  }

  @Test
  void greyKeepsItsSamples() throws IOException {
    for (int value : new int[] {1, 64, 128, 200}) {
      BufferedImage image = new BufferedImage(32, 32, BufferedImage.TYPE_BYTE_GRAY);
      byte[] samples = new byte[32 * 32];
      Arrays.fill(samples, (byte) value);
      image.getRaster().setDataElements(0, 0, 32, 32, samples);
      write(cats.resolve("grey.jpg"), "jpg", image);
      write(dogs.resolve("grey.png"), "png", image);
      Images images = ImageFolder.at(root, "train").withSize(32).load().images();
      for (int i = 0; i < 2; i++) {
        near(new int[] {value, value, value}, firstPixel(images, i), 1 - images.label(i));
      }
    }
  }

  @Test
  void cmykAndYcckBecomeRgb() throws IOException {
    write(dogs.resolve("x.jpg"), "jpg", red());
    Path file = cats.resolve("x.jpg");
    // Adobe stores ink inverted: 255 is none.
    Files.write(file, fourChannels(new int[] {255, 255, 255, 255}, 0));
    near(new int[] {255, 255, 255}, firstPixel(onlyCat(), 0), 8);
    Files.write(file, fourChannels(new int[] {255, 255, 255, 0}, 0));
    near(new int[] {20, 20, 20}, firstPixel(onlyCat(), 0), 40);
    Files.write(file, fourChannels(new int[] {0, 255, 255, 255}, 0));
    int[] cyan = firstPixel(onlyCat(), 0);
    assertTrue(cyan[0] < 90 && cyan[1] > 130 && cyan[2] > 180, Arrays.toString(cyan));
    // YCCK holds Y, Cb, Cr of 255 minus the stored C, M, Y, as in libjpeg: here of (255, 0, 0).
    Files.write(file, fourChannels(new int[] {76, 85, 255, 255}, 2));
    near(cyan, firstPixel(onlyCat(), 0), 12);
  }

  @Test
  void aJpegNamedPngAndTransparencyAreRead() throws IOException {
    write(cats.resolve("really-a-jpeg.png"), "jpg", red());
    write(
        dogs.resolve("clear.png"),
        "png",
        plain(32, 32, BufferedImage.TYPE_INT_ARGB, new Color(10, 20, 30, 128)));
    Images images = ImageFolder.at(root, "train").withSize(32).load().images();
    near(new int[] {200, 30, 40}, firstPixel(images, of(images, 0)), 4);
    near(new int[] {10, 20, 30}, firstPixel(images, of(images, 1)), 1);
  }

  @Test
  void theMiddleIsCutOut() throws IOException {
    BufferedImage wide = plain(192, 64, BufferedImage.TYPE_INT_RGB, Color.GREEN);
    Graphics2D g = wide.createGraphics();
    g.setColor(Color.RED);
    g.fillRect(0, 0, 64, 64);
    g.setColor(Color.BLUE);
    g.fillRect(128, 0, 64, 64);
    g.dispose();
    write(cats.resolve("wide.png"), "png", wide);
    write(dogs.resolve("wide.png"), "png", wide);
    Images images = ImageFolder.at(root, "train").withSize(32).load().images();
    byte[] crop = images.pixels(0); // cat and dog are one picture
    int plane = 32 * 32;
    int row = 16 * 32;
    for (int x = 2; x < 30; x++) {
      assertEquals(255, crop[plane + row + x] & 0xFF, 10, "green at " + x);
    }
  }

  @Test
  void brokenFilesAreNamedOrSkippedWithACount() throws IOException {
    byte[] good = Files.readAllBytes(write(cats.resolve("good.jpg"), "jpg", red()));
    write(dogs.resolve("good.jpg"), "jpg", red());
    Files.write(cats.resolve("a-cut.jpg"), Arrays.copyOf(good, good.length / 2));
    Files.write(cats.resolve("b-text.png"), "no picture".getBytes("UTF-8"));
    Files.write(cats.resolve("c-empty.jpg"), new byte[0]);
    byte[] png = Files.readAllBytes(write(dogs.resolve("d-cut.png"), "png", red()));
    Files.write(dogs.resolve("d-cut.png"), Arrays.copyOf(png, png.length / 2));
    ImageFolder folder = ImageFolder.at(root, "train").withSize(32);
    String message = assertThrows(BrokenFileException.class, folder::load).getMessage();
    assertTrue(message.contains("a-cut.jpg") && message.contains("truncated"), message);
    ImageFolder.Loaded loaded = folder.skippingBroken().load();
    assertEquals(2, loaded.images().size());
    assertEquals(
        List.of("a-cut.jpg", "b-text.png", "c-empty.jpg", "d-cut.png"),
        loaded.skipped().stream().map(e -> e.file().getFileName().toString()).toList());
  }

  /** As the shipped tokenizer of Fashion-MNIST takes them. */
  @Test
  void picturesOfTwentyEightCanBeAskedFor() throws IOException {
    write(cats.resolve("a.png"), "png", red());
    write(dogs.resolve("a.png"), "png", red());
    Images images = ImageFolder.at(root, "train").withSize(28).load().images();
    assertEquals(28, images.height());
    assertEquals(28, images.width());
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> ImageFolder.at(root, "train").withSize(7))
            .getMessage();
    assertEquals("size must be 8..256, not 7", message);
  }

  @Test
  void whatIsLeftOutIsNamed() throws IOException {
    write(cats.resolve("a.png"), "png", red());
    write(dogs.resolve("a.png"), "png", red());
    Path notes = Files.writeString(cats.resolve("notes.webp"), "not read");
    Path hidden = Files.writeString(cats.resolve(".b.png"), "hidden");
    Path inner = Files.createDirectories(dogs.resolve("more.png"));
    Path list = Files.writeString(root.resolve("train/list.txt"), "not a class");
    ImageFolder.Loaded loaded = ImageFolder.at(root, "train").withSize(32).load();
    assertEquals(List.of(hidden, notes, inner, list), loaded.ignored());
    assertTrue(
        loaded
            .summary()
            .endsWith(
                "; hidden, by their names: 1 (.b.png);"
                    + " no pictures: 3 (notes.webp, more.png, list.txt)"),
        loaded.summary());
  }

  @Test
  void aDanglingLinkIsABrokenFile() throws IOException {
    write(cats.resolve("a.png"), "png", red());
    write(dogs.resolve("a.png"), "png", red());
    Files.createSymbolicLink(cats.resolve("b.png"), root.resolve("gone.png"));
    ImageFolder folder = ImageFolder.at(root, "train").withSize(32);
    String message = assertThrows(BrokenFileException.class, folder::load).getMessage();
    assertTrue(message.contains("b.png: a link to what is not there"), message);
    assertEquals(1, folder.skippingBroken().load().skipped().size());

    Files.delete(cats.resolve("b.png"));
    Files.createSymbolicLink(root.resolve("train/eel"), root.resolve("gone"));
    String named = assertThrows(BrokenFileException.class, folder::load).getMessage();
    assertTrue(named.contains("eel: a link to what is not there"), named);
    ImageFolder.Loaded loaded = folder.skippingBroken().load();
    assertEquals(List.of("cat", "dog"), loaded.images().classNames());
    assertTrue(loaded.summary().endsWith("; left out as broken: 1 (eel)"), loaded.summary());
  }

  @Test
  void aClassNoneOfWhosePicturesCanBeReadIsAnErrorEvenIfBrokenOnesAreSkipped() throws IOException {
    write(cats.resolve("a.png"), "png", red());
    Files.createSymbolicLink(dogs.resolve("a.png"), root.resolve("gone.png"));
    Files.writeString(dogs.resolve("b.png"), "no picture");
    ImageFolder folder = ImageFolder.at(root, "train").withSize(32).skippingBroken();
    BrokenFileException e = assertThrows(BrokenFileException.class, folder::load);
    assertEquals(dogs, e.file());
    assertTrue(e.reason().contains("none of the pictures of this class can be read"), e.reason());
  }

  @Test
  void severalBrokenFilesAreCounted() throws IOException {
    Files.writeString(cats.resolve("a.png"), "no picture");
    Files.writeString(dogs.resolve("b.png"), "no picture");
    write(dogs.resolve("c.png"), "png", red());
    String message =
        assertThrows(
                BrokenFileException.class, () -> ImageFolder.at(root, "train").withSize(32).load())
            .getMessage();
    assertTrue(message.contains("a.png") && message.contains("1 more of 3 files"), message);
  }

  @Test
  void heldOutPicturesHaveTheLabelsOfTheTrainingClasses() throws IOException {
    write(cats.resolve("a.png"), "png", red());
    write(dogs.resolve("a.png"), "png", red());
    Path val = Files.createDirectories(root.resolve("val/dog"));
    write(val.resolve("a.png"), "png", red());
    List<String> classes = List.of("cat", "dog");
    Images images = ImageFolder.at(root, "val").withSize(32).withClasses(classes).load().images();
    assertEquals(List.of("cat", "dog"), images.classNames());
    assertEquals(1, images.label(0));
    write(Files.createDirectories(root.resolve("val/eel")).resolve("a.png"), "png", red());
    String message =
        assertThrows(
                BrokenFileException.class,
                () -> ImageFolder.at(root, "val").withClasses(classes).load())
            .getMessage();
    assertTrue(message.contains("eel") && message.contains("cat, dog"), message);
  }

  @Test
  void theFittingSizeIsThePicturesOwnOrAPowerOfTwoThatTheyReach() throws IOException {
    ImageFolder folder = ImageFolder.at(root, "train");
    write(cats.resolve("a.png"), "png", plain(48, 48, BufferedImage.TYPE_INT_RGB, Color.RED));
    write(dogs.resolve("a.jpg"), "jpg", plain(48, 48, BufferedImage.TYPE_INT_RGB, Color.RED));
    assertEquals(48, folder.withFittingSize().size());
    write(dogs.resolve("b.bmp"), "bmp", plain(200, 90, BufferedImage.TYPE_INT_RGB, Color.RED));
    write(dogs.resolve("c.gif"), "gif", plain(90, 200, BufferedImage.TYPE_INT_RGB, Color.RED));
    assertEquals(64, folder.withFittingSize().size());
    write(cats.resolve("a.png"), "png", plain(8, 8, BufferedImage.TYPE_INT_RGB, Color.RED));
    Files.delete(dogs.resolve("b.bmp"));
    Files.delete(dogs.resolve("c.gif"));
    Files.delete(dogs.resolve("a.jpg"));
    write(dogs.resolve("d.png"), "png", plain(9, 9, BufferedImage.TYPE_INT_RGB, Color.RED));
    assertEquals(32, folder.withFittingSize().size());
  }

  @Test
  void aVeryLongPictureIsCroppedInLittleMemory() throws IOException {
    BufferedImage column = plain(1, 20_000, BufferedImage.TYPE_INT_RGB, Color.GREEN);
    for (int y = 9_990; y < 10_010; y++) {
      column.setRGB(0, y, 0x0000FF);
    }
    write(cats.resolve("tall.png"), "png", column);
    write(dogs.resolve("wide.png"), "png", plain(20_000, 1, BufferedImage.TYPE_INT_RGB, Color.RED));
    Images images = ImageFolder.at(root, "train").withSize(256).load().images();
    near(new int[] {0, 0, 255}, firstPixel(images, of(images, 0)), 0);
    near(new int[] {255, 0, 0}, firstPixel(images, of(images, 1)), 0);
  }

  @Test
  void aPictureOfTooManyPixelsIsNamedAndSkipped() throws IOException {
    write(cats.resolve("good.png"), "png", red());
    write(dogs.resolve("good.png"), "png", red());
    byte[] bomb = Files.readAllBytes(cats.resolve("good.png"));
    ByteBuffer.wrap(bomb).putInt(16, 200_000).putInt(20, 100_000); // width and height
    CRC32 check = new CRC32();
    check.update(bomb, 12, 17);
    ByteBuffer.wrap(bomb).putInt(29, (int) check.getValue());
    Files.write(cats.resolve("bomb.png"), bomb);
    ImageFolder folder = ImageFolder.at(root, "train").withSize(32);
    String message = assertThrows(BrokenFileException.class, folder::load).getMessage();
    assertTrue(
        message.contains("bomb.png: 200000×100000 are 20000000000 pixels, at most"), message);
    assertEquals(2, folder.skippingBroken().load().images().size());
  }

  @Test
  void aJpegMayHaveOtherDataBehindIt() throws IOException {
    byte[] good = Files.readAllBytes(write(cats.resolve("a.jpg"), "jpg", red()));
    write(dogs.resolve("a.png"), "png", red());
    ByteArrayOutputStream motion = new ByteArrayOutputStream();
    motion.write(good);
    motion.write(new byte[] {0, 0, 0, 24, 'f', 't', 'y', 'p', -1, (byte) 0xDA, 0, 12, 7});
    Files.write(cats.resolve("a.jpg"), motion.toByteArray());
    near(new int[] {200, 30, 40}, firstPixel(onlyCat(), 0), 4);
  }

  @Test
  void aCutJpegIsBrokenWhateverItsPreviewEndsWith() throws IOException {
    byte[] good = Files.readAllBytes(write(cats.resolve("a.jpg"), "jpg", red()));
    write(dogs.resolve("a.png"), "png", red());
    ByteArrayOutputStream cut = new ByteArrayOutputStream();
    cut.write(good, 0, 2);
    int length = 2 + good.length;
    cut.write(new byte[] {-1, (byte) 0xE1, (byte) (length >> 8), (byte) length}); // a preview
    cut.write(good);
    cut.write(good, 2, good.length - 4);
    ImageFolder folder = ImageFolder.at(root, "train").withSize(32);
    Files.write(cats.resolve("a.jpg"), cut.toByteArray());
    String message = assertThrows(BrokenFileException.class, folder::load).getMessage();
    assertTrue(message.contains("truncated"), message);
    cut.write(good, good.length - 2, 2);
    Files.write(cats.resolve("a.jpg"), cut.toByteArray());
    near(new int[] {200, 30, 40}, firstPixel(onlyCat(), 0), 4);
  }

  @Test
  void cutFilesOfEveryFormatAreBroken() throws IOException {
    BufferedImage noise = plain(64, 64, BufferedImage.TYPE_INT_RGB, Color.RED);
    for (int i = 0; i < 64 * 64; i++) {
      noise.setRGB(i % 64, i / 64, i * 0x9E3779 & 0xFFFFFF);
    }
    write(dogs.resolve("a.png"), "png", red());
    for (String format : List.of("png", "bmp", "gif", "jpg")) {
      Path file = cats.resolve("a." + format);
      byte[] good = Files.readAllBytes(write(file, format, noise));
      for (double share : new double[] {0.1, 0.5, 0.9}) {
        Files.write(file, Arrays.copyOf(good, (int) (share * good.length)));
        ImageFolder folder = ImageFolder.at(root, "train").withSize(32);
        assertThrows(BrokenFileException.class, folder::load, format + " " + share);
      }
      Files.delete(file);
    }
  }

  @Test
  void wrongFoldersAndSizesAreRefused() throws IOException {
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.at(root).withSize(7));
    assertThrows(IllegalArgumentException.class, () -> ImageFolder.at(root).withSize(257));
    String gone =
        assertThrows(BrokenFileException.class, () -> ImageFolder.at(root, "val").load())
            .getMessage();
    assertTrue(gone.contains("val: no such directory"), gone);
    String none =
        assertThrows(BrokenFileException.class, () -> ImageFolder.at(root, "train").load())
            .getMessage();
    assertTrue(none.contains("cat: no pictures"), none);
    assertTrue(
        assertThrows(BrokenFileException.class, () -> ImageFolder.at(cats).load())
            .getMessage()
            .contains("no class folders"));
  }
}
