package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdxTest {
  /** A 2×3 array of 1..6. */
  private static final byte[] GOOD = {0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6};

  @TempDir Path temp;

  private Path file(byte[] bytes) throws IOException {
    return Files.write(temp.resolve("x-idx2-ubyte.gz"), bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private void fails(byte[] bytes, int dimensions, String... parts) throws IOException {
    Path file = file(bytes);
    String message =
        assertThrows(BrokenFileException.class, () -> Idx.read(file, dimensions)).getMessage();
    assertTrue(message.contains(file.toString()), message);
    for (String part : parts) {
      assertTrue(message.contains(part), message);
    }
  }

  @Test
  void readsPlainAndGzippedAlike() throws IOException {
    for (byte[] bytes : new byte[][] {GOOD, gzip(GOOD)}) {
      Idx idx = Idx.read(file(bytes), 2);
      assertArrayEquals(new int[] {2, 3}, idx.shape());
      assertArrayEquals(new byte[] {1, 2, 3, 4, 5, 6}, idx.bytes());
    }
  }

  @Test
  void wrongFilesAreNamedWithWhatWasExpected() throws IOException {
    fails(GOOD, 3, "0x00000802", "0x00000803");
    fails(Arrays.copyOf(GOOD, 15), 2, "truncated", "3 bytes", "expected 6", "[2, 3]");
    fails(Arrays.copyOf(GOOD, 10), 2, "truncated within the header");
    fails(Arrays.copyOf(GOOD, 19), 2, "longer than the 6 bytes");
    fails(new byte[0], 2, "truncated");
    byte[] zipped = gzip(GOOD);
    fails(Arrays.copyOf(zipped, zipped.length - 9), 2, "truncated");
    fails(Arrays.copyOf(zipped, 5), 2, "truncated");
    byte[] lying = GOOD.clone();
    lying[4] = 0x7f;
    fails(lying, 2, "dimension 1 is 3");
    lying[4] = -1;
    fails(lying, 2, "dimension 0 is -16777214");
    assertThrows(BrokenFileException.class, () -> Idx.read(temp.resolve("none"), 2));
  }

  @Test
  void aShapeLargerThanTheFileIsRefusedWithoutReservingIt() throws IOException {
    byte[] lying = GOOD.clone();
    lying[4] = 0x20; // 2²⁹ × 3 values announced, six there
    fails(lying, 2, "truncated: 6 bytes");
  }
}
