package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.settings.DataHome;

class FashionMnistTest {
  @TempDir Path temp;

  @Test
  void bothSplitsAreBalancedAndAsPublished() {
    check(FashionMnist.train(), 60_000, 72.9404, 90.0212);
    check(FashionMnist.test(), 10_000, 73.1466, 89.8733);
    assertEquals("Ankle boot", FashionMnist.CLASS_NAMES.get(FashionMnist.test().label(0)));
  }

  private static void check(Images images, int size, double mean, double deviation) {
    assertEquals(size, images.size());
    assertEquals(28, images.height());
    int[] perClass = new int[10];
    Arrays.stream(images.labels()).forEach(label -> perClass[label]++);
    assertTrue(Arrays.stream(perClass).allMatch(n -> n == size / 10), Arrays.toString(perClass));
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < size; i++) {
      for (byte b : images.pixels(i)) {
        sum += b & 0xFF;
        squares += (b & 0xFF) * (b & 0xFF);
      }
    }
    double n = size * 784.0;
    assertEquals(mean, sum / n, 1e-3);
    assertEquals(deviation, Math.sqrt(squares / n - sum / n * sum / n), 1e-3);
  }

  @Test
  void theFilesHoldThePublishedBytes() throws Exception {
    Path home = DataHome.path("fashion-mnist");
    List<String> table = Files.readAllLines(home.resolve("README.md"));
    for (String file :
        List.of(
            "train-images-columns.xz",
            "t10k-images-columns.xz",
            "train-labels-idx1-ubyte.gz",
            "t10k-labels-idx1-ubyte.gz")) {
      Idx idx = Idx.read(home.resolve(file), file.contains("images") ? 3 : 1);
      String hash = sha256(file.endsWith(".xz") ? idx.transposed() : idx);
      assertTrue(
          table.stream().anyMatch(l -> l.startsWith("| `" + file + "`") && l.contains(hash)),
          file + ": " + hash);
    }
  }

  /** Of the IDX file, header and values. */
  private static String sha256(Idx idx) throws NoSuchAlgorithmException {
    ByteBuffer header = ByteBuffer.allocate(4 + 4 * idx.shape().length);
    header.putInt(0x0800 | idx.shape().length);
    Arrays.stream(idx.shape()).forEach(header::putInt);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    digest.update(header.array());
    return HexFormat.of().formatHex(digest.digest(idx.bytes()));
  }

  @Test
  void publishedFilesAreReadAlike() throws IOException {
    Idx few = few(30);
    ByteArrayOutputStream published = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(new GZIPOutputStream(published))) {
      out.write(new byte[] {0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 28, 0, 0, 0, 28});
      out.write(few.bytes());
    }
    byte[] labels = new byte[8 + 30];
    System.arraycopy(new byte[] {0, 0, 8, 1, 0, 0, 0, 30}, 0, labels, 0, 8);
    Files.write(temp.resolve("t10k-labels-idx1-ubyte.gz"), labels);
    FashionMnistPack.write(few, temp.resolve("t10k-images-columns.xz"));
    Images packed = FashionMnist.test(temp);
    Files.delete(temp.resolve("t10k-images-columns.xz"));
    Files.write(temp.resolve("t10k-images-idx3-ubyte.gz"), published.toByteArray());
    assertEquals(packed.fingerprint(), FashionMnist.test(temp).fingerprint());
    Files.delete(temp.resolve("t10k-images-idx3-ubyte.gz"));
    String missing =
        assertThrows(BrokenFileException.class, () -> FashionMnist.test(temp)).getMessage();
    assertTrue(missing.contains("t10k-images-columns.xz: no such file"), missing);
  }

  @Test
  void everyDamagedByteOfAPackedFileIsNoticedAndTheFileNamed() throws IOException {
    Path file = temp.resolve("t10k-images-columns.xz");
    FashionMnistPack.write(few(3), file);
    byte[] good = Files.readAllBytes(file);
    for (int at = 2; at < good.length; at++) {
      byte[] bad = good.clone();
      bad[at] ^= 0x10;
      Files.write(file, bad);
      BrokenFileException e =
          assertThrows(BrokenFileException.class, () -> Idx.read(file, 3), "byte " + at);
      assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
    }
    for (int length = 2; length < good.length; length += 37) {
      Files.write(file, Arrays.copyOf(good, length));
      assertThrows(BrokenFileException.class, () -> Idx.read(file, 3));
    }
  }

  private static Idx few(int count) {
    byte[] pixels = new byte[count * 784];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (i % 784 / 28 * 5 + i / 784);
    }
    return new Idx(new int[] {count, 28, 28}, pixels);
  }

  @Test
  void labelsOfAnotherSplitAreRefused() throws IOException {
    Path from = DataHome.path("fashion-mnist");
    copy(from, "t10k-images-columns.xz", "t10k-images-columns.xz");
    copy(from, "train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
    String message =
        assertThrows(BrokenFileException.class, () -> FashionMnist.test(temp)).getMessage();
    assertTrue(message.contains("60000 labels, expected 10000"), message);
  }

  private void copy(Path from, String source, String target) throws IOException {
    Files.copy(from.resolve(source), temp.resolve(target), StandardCopyOption.REPLACE_EXISTING);
  }
}
