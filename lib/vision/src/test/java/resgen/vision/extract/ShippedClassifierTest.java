package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.settings.DataHome;
import resgen.torch.Torch;
import resgen.vision.FashionMnist;

/** The classifier that stands in data/checkpoints. */
class ShippedClassifierTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @Test
  void theShippedClassifierIsSmallAndKnowsTheTestSet() throws IOException {
    Path file = DataHome.path("checkpoints").resolve(FashionClassifier.NAME + ".safetensors");
    assertTrue(Files.size(file) <= 1 << 20, "bytes: " + Files.size(file));
    try (FashionClassifier classifier = FashionClassifier.load()) {
      assertEquals(FashionMnist.CLASS_NAMES, classifier.classNames());
      assertEquals(128, classifier.dimension());
      assertEquals("FD-Fashion", classifier.metric());
      assertEquals("KD-Fashion", classifier.kernelMetric());
      double accuracy = classifier.accuracy(FashionMnist.test().take(2000));
      assertTrue(accuracy >= 0.92, "accuracy " + accuracy);
    }
  }
}
