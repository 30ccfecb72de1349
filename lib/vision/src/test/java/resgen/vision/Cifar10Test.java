package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class Cifar10Test {
  @TempDir Path temp;

  /** Two records: label {@code first} with planes 10, 20, 30, then label 9 with 40, 50, 60. */
  private Path file(String name, int first) throws IOException {
    byte[] bytes = new byte[2 * 3073];
    bytes[0] = (byte) first;
    bytes[3073] = 9;
    for (int plane = 0; plane < 3; plane++) {
      int at = 1 + plane * 1024;
      Arrays.fill(bytes, at, at + 1024, (byte) (10 * (plane + 1)));
      Arrays.fill(bytes, 3073 + at, 3073 + at + 1024, (byte) (10 * (plane + 4)));
    }
    return Files.write(temp.resolve(name), bytes);
  }

  @Test
  void readsRecordsOfAllFilesInOrder() throws IOException {
    Images images = Cifar10.read("c", List.of(file("a", 3), file("b", 4)), 2);
    assertArrayEquals(new int[] {3, 9, 4, 9}, images.labels());
    assertEquals(3, images.channels());
    byte[] second = images.pixels(1);
    assertEquals(40, second[0]);
    assertEquals(50, second[1024]);
    assertEquals(60, second[3071]);
    assertEquals("cat", images.classNames().get(images.label(0)));
  }

  @Test
  void wrongFilesAreNamedWithWhatWasExpected() throws IOException {
    Path wrongLabel = file("w", 10);
    fails(() -> Cifar10.read("c", List.of(wrongLabel), 2), "w: label 10 in record 0");
    fails(() -> Cifar10.read("c", List.of(file("s", 1)), 3), "6146 bytes, expected 9219");
    fails(() -> Cifar10.test(temp), "test_batch.bin: no such file");
    file("data_batch_1.bin", 1);
    fails(() -> Cifar10.train(temp), "data_batch_1.bin: 6146 bytes, expected 30730000");
  }

  private static void fails(org.junit.jupiter.api.function.Executable run, String part) {
    String message = assertThrows(BrokenFileException.class, run).getMessage();
    assertTrue(message.contains(part), message);
  }
}
