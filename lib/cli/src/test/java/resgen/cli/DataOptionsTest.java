package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParameterException;
import resgen.vision.BrokenFileException;
import resgen.vision.Images;

class DataOptionsTest {

  @TempDir Path folder;

  @Command(name = "test")
  static final class Host {
    @Mixin private DataOptions data;
  }

  private static DataOptions options(String... words) {
    Host host = new Host();
    new CommandLine(host).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(words);
    return host.data;
  }

  private void image(String path, int width, int height) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(file.getParent());
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
  }

  @Test
  void fashionMnistIsTheDefault() {
    assertEquals(10_000, options().test().size());
  }

  @Test
  void aLimitTakesTheFirst() {
    Images some = options("--limit=7").test();

    assertEquals(7, some.size());
    assertEquals(options().test().take(7).fingerprint(), some.fingerprint());
  }

  @Test
  void aFolderOfClassesIsReadAtTheSizeAsked() throws IOException {
    image("train/a/1.png", 50, 40);
    image("train/b/1.png", 40, 60);
    image("val/a/2.png", 40, 40);

    DataOptions options = options("--data=" + folder, "--image-size=32");

    assertEquals(2, options.train().size());
    assertEquals(32, options.train().height());
    assertEquals(1, options.test().size());
  }

  @Test
  void aBrokenFileIsAnErrorOrIsLeftOut() throws IOException {
    image("train/a/1.png", 40, 40);
    Files.writeString(folder.resolve("train/a/2.png"), "no picture");

    assertThrows(BrokenFileException.class, options("--data=" + folder)::train);
    assertEquals(1, options("--data=" + folder, "--broken=skip").train().size());
  }

  private void coloured(String path) throws IOException {
    image(path, 48, 48);
    BufferedImage picture = ImageIO.read(folder.resolve(path).toFile());
    picture.setRGB(5, 5, path.hashCode() | 0xFF0000);
    picture.setRGB(6, 5, 0x00FF00);
    ImageIO.write(picture, "png", folder.resolve(path).toFile());
  }

  @Test
  void sizeAndChannelsFollowFromThePictures() throws IOException {
    image("train/a/1.png", 48, 48);
    image("train/b/1.png", 48, 48);
    Images grey = options("--data=" + folder).train();
    assertEquals("1×48×48", grey.channels() + "×" + grey.height() + "×" + grey.width());
    coloured("train/b/2.png");
    Images colour = options("--data=" + folder).train();
    assertEquals(3, colour.channels());
    image("val/b/1.png", 90, 70);
    Images heldOut = options("--data=" + folder).test();
    assertEquals("3×48×48", heldOut.channels() + "×" + heldOut.height() + "×" + heldOut.width());
    assertEquals(1, heldOut.label(0));
  }

  @Test
  void withoutHeldOutImagesTheLastTenthIsHeldOut() throws IOException {
    for (int i = 0; i < 10; i++) {
      coloured("train/a/" + i + ".png");
      coloured("train/b/" + i + ".png");
    }
    for (String data : new String[] {"--data=" + folder, "--data=" + folder.resolve("train")}) {
      DataOptions options = options(data);
      assertEquals(18, options.train().size());
      assertEquals(2, options.test().size());
    }
  }

  @Test
  void whatIsNoDataIsRefusedWithWhatIs() {
    ParameterException wrong =
        assertThrows(ParameterException.class, options("--data=no/such/folder")::train);

    assertTrue(wrong.getMessage().contains("no/such/folder"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("fashion-mnist"), wrong.getMessage());
    assertTrue(wrong.getMessage().contains("CIFAR-10"), wrong.getMessage());
  }

  @Test
  void aSizeOutOfRangeIsRefused() throws IOException {
    image("train/a/1.png", 40, 40);

    ParameterException wrong =
        assertThrows(
            ParameterException.class, options("--data=" + folder, "--image-size=500")::train);
    assertTrue(wrong.getMessage().contains("500"), wrong.getMessage());
  }

  @Test
  void aSizeForFashionMnistIsRefused() {
    assertThrows(ParameterException.class, options("--image-size=64")::test);
  }

  @Test
  void aLimitOfNothingIsRefused() {
    assertThrows(ParameterException.class, options("--limit=0")::test);
  }

  @Test
  void anUnknownWayWithBrokenFilesIsRefused() {
    assertThrows(ParameterException.class, () -> options("--broken=ignore"));
  }
}
