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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Features;
import resgen.torch.SafeTensors;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Rate;
import resgen.train.Training;
import resgen.vision.Images;

class FashionClassifierTest {

  private static final Images TRAIN = Patterns.of(128, 28, 1);
  private static final Images TEST = Patterns.of(130, 28, 2);

  @TempDir private static Path folder;
  private static FashionClassifier classifier;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    classifier = trained(40);
  }

  private static FashionClassifier trained(long steps) {
    Training training =
        Training.steps(steps)
            .batch(16)
            .learningRate(5e-3)
            .rate(Rate.constant(5))
            .emaDecay(0.9)
            .every(10, 100, 0);
    return FashionClassifier.train(
            TRAIN, TEST, ClassifierSettings.tiny(), training, Optional.empty(), Listener.none())
        .classifier();
  }

  @AfterAll
  static void close() {
    classifier.close();
  }

  @Test
  void itLearnsToTellClassesApart() {
    assertTrue(classifier.accuracy(TEST) > 0.95, () -> "accuracy " + classifier.accuracy(TEST));
  }

  @Test
  void theSameTrainingGivesTheSameWeights() {
    try (FashionClassifier a = trained(3);
        FashionClassifier b = trained(3);
        FashionClassifier c = trained(4)) {
      assertEquals(a.hash(), b.hash());
      assertArrayEquals(a.features(TEST).flat(), b.features(TEST).flat());
      assertNotEquals(a.hash(), c.hash());
    }
  }

  @Test
  void whatIsSavedLoadsWithTheSameHashAndFeatures() {
    Path file = folder.resolve("kept.safetensors");
    classifier.save(file);
    try (FashionClassifier loaded = FashionClassifier.load(file)) {
      assertEquals(classifier.hash(), loaded.hash());
      assertEquals(classifier.origin(), loaded.origin());
      assertArrayEquals(classifier.features(TEST).flat(), loaded.features(TEST).flat());
    }
  }

  @Test
  void anImagesFeaturesDoNotDependOnTheOthers() {
    Features all = classifier.features(TEST);
    Features some = classifier.features(TEST.subset(129, 3));
    assertArrayEquals(all.row(129), some.row(0), 1e-4f);
    assertArrayEquals(all.row(3), some.row(1), 1e-4f);
    assertEquals(16, classifier.dimension());
    assertEquals(16, all.dimension());
  }

  @Test
  void imagesOfAnotherSizeAreResizedAndTheProtocolSaysSo() {
    Images large = Patterns.of(40, 56, 3);
    assertEquals("28×28", classifier.preparation(TEST));
    assertEquals("56×56, bilinear to 28×28", classifier.preparation(large));
    assertTrue(classifier.accuracy(large) > 0.9, () -> "accuracy " + classifier.accuracy(large));
  }

  @Test
  void distancesByItAreNotCalledFid() {
    assertEquals("FD-own", classifier.metric());
    assertEquals("KD-own", classifier.kernelMetric());
  }

  @Test
  void unsuitableFilesAreRefusedByName() throws IOException {
    Path other = folder.resolve("other.safetensors");
    SafeTensors.write(
        other, Map.of("x", SafeTensors.Entry.of(new float[1], 1)), Map.of("format", "resgen-x"));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> FashionClassifier.load(other));
    assertTrue(e.getMessage().contains("other.safetensors is not a classifier"), e.getMessage());

    Path whole = folder.resolve("whole.safetensors");
    classifier.save(whole);
    SafeTensors.File file = SafeTensors.read(whole);
    Path without = folder.resolve("without.safetensors");
    Map<String, SafeTensors.Entry> fewer = new java.util.LinkedHashMap<>(file.tensors());
    fewer.remove("model.scores.bias");
    SafeTensors.write(without, fewer, file.metadata());
    e = assertThrows(IllegalArgumentException.class, () -> FashionClassifier.load(without));
    assertTrue(e.getMessage().contains("scores.bias is missing"), e.getMessage());

    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.safetensors"), Arrays.copyOf(bytes, 3000));
    e = assertThrows(IllegalArgumentException.class, () -> FashionClassifier.load(cut));
    assertTrue(e.getMessage().contains("cut.safetensors"), e.getMessage());
  }

  @Test
  void anInterruptEndsTheWork() {
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> classifier.extract(TEST));
    assertTrue(Thread.interrupted());
  }

  @Test
  void imagesOfAnotherSizeAreLearnedFromAndOnesUnlikeThemDoNotValidate() {
    Images larger = Patterns.of(4, 32, 1);
    try (FashionClassifier learned = train(larger, larger).classifier()) {
      assertEquals("32×32, bilinear to 28×28", learned.preparation(larger));
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> train(larger, TEST));
    assertTrue(e.getMessage().contains("of 1×32×32"), e.getMessage());
  }

  private static FashionClassifier.Trained train(Images images, Images validation) {
    return FashionClassifier.train(
        images,
        validation,
        ClassifierSettings.tiny(),
        Training.steps(1).batch(4),
        Optional.empty(),
        Listener.none());
  }

  @Test
  void noImagesAreAnError() {
    assertThrows(IllegalArgumentException.class, () -> classifier.extract(TEST.take(0)));
  }
}
