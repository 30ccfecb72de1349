package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
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
  void labelsOfAnotherSplitAreRefused() throws IOException {
    Path from = DataHome.path("fashion-mnist");
    copy(from, "t10k-images-idx3-ubyte.gz", "t10k-images-idx3-ubyte.gz");
    copy(from, "train-labels-idx1-ubyte.gz", "t10k-labels-idx1-ubyte.gz");
    String message =
        assertThrows(BrokenFileException.class, () -> FashionMnist.test(temp)).getMessage();
    assertTrue(message.contains("60000 labels, expected 10000"), message);
  }

  private void copy(Path from, String source, String target) throws IOException {
    Files.copy(from.resolve(source), temp.resolve(target), StandardCopyOption.REPLACE_EXISTING);
  }
}
