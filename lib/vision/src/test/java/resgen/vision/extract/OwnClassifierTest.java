package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;

class OwnClassifierTest {

  /** In colour, and of another size than the network's. */
  private static final Images IMAGES = coloured(Patterns.of(64, 40, 1));

  @TempDir Path cache;

  @BeforeAll
  static void threads() {
    Torch.threads(1);
  }

  private static Images coloured(Images grey) {
    byte[][] pixels = new byte[grey.size()][];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = grey.withChannels(3).pixels(i);
      Arrays.fill(pixels[i], 0, 1600, (byte) (i % 7 * 30));
    }
    return Images.of("coloured", 3, 40, 40, pixels, grey.labels(), grey.classNames());
  }

  private FashionClassifier of(Images images, long steps, Listener listener) {
    return OwnClassifier.of(
        images, Training.steps(steps).batch(16).learningRate(3e-3), cache, listener);
  }

  private List<Path> kept() throws IOException {
    try (Stream<Path> files = Files.list(cache)) {
      return files.toList();
    }
  }

  @Test
  void itLearnsFromImagesOfAnySizeAndIsKept() throws IOException {
    try (FashionClassifier trained = of(IMAGES, 12, Listener.none());
        FashionClassifier again =
            of(IMAGES, 12, (step, steps, seconds, row) -> assertEquals(0, step, "trained again"))) {
      assertTrue(trained.accuracy(IMAGES) > 0.9, trained.accuracy(IMAGES) + " right");
      assertEquals(trained.hash(), again.hash());
      assertArrayEquals(trained.features(IMAGES).flat(), again.features(IMAGES).flat());
      assertEquals("FD-own", trained.metric());
      assertEquals("KD-own", trained.kernelMetric());
      assertEquals("own-classifier", trained.name());
      assertEquals("40×40, bilinear to 32×32", trained.preparation(IMAGES));
    }
    assertEquals(1, kept().size());
  }

  @Test
  void otherImagesOrStepsHaveAnotherOneAndADamagedOneIsMadeAnew() throws IOException {
    String first;
    try (FashionClassifier one = of(IMAGES, 1, Listener.none());
        FashionClassifier two = of(IMAGES.take(60), 1, Listener.none());
        FashionClassifier three = of(IMAGES, 2, Listener.none())) {
      first = one.hash();
      assertNotEquals(first, two.hash());
      assertNotEquals(first, three.hash());
    }
    assertEquals(3, kept().size());
    for (Path file : kept()) {
      Files.writeString(file, "damaged");
    }
    try (FashionClassifier anew = of(IMAGES, 1, Listener.none())) {
      assertEquals(first, anew.hash());
    }
  }

  @Test
  void aSingleClassIsRefused() {
    Images one = IMAGES.subset(0, 2, 4);
    String message =
        assertThrows(IllegalArgumentException.class, () -> of(one, 1, Listener.none()))
            .getMessage();
    assertTrue(message.contains("only one"), message);
  }

  @Test
  void anInterruptedTrainingIsNotKept() throws IOException {
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> of(IMAGES, 50, Listener.none()));
    assertTrue(Thread.interrupted(), "the interrupt stays");
    assertEquals(0, kept().size());
  }

  @Test
  void theTrainingGrowsWithTheImagesWithinBounds() {
    assertEquals(60, OwnClassifier.usual(90).steps());
    assertEquals(188, OwnClassifier.usual(600).steps());
    assertEquals(2000, OwnClassifier.usual(50_000).steps());
  }
}
