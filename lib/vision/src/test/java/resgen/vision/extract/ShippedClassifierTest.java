package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.lab.metric.Floors;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.Torch;
import resgen.vision.FashionMnist;
import resgen.vision.tokenizer.Tokenizer;

/** What stands in data/checkpoints fits together. */
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
      double accuracy = classifier.accuracy(FashionMnist.test().take(2000));
      assertTrue(accuracy >= 0.92, "accuracy " + accuracy);
    }
  }

  @Test
  void theShippedFloorsAreOfTheShippedTokenizerAndClassifier() {
    try (FashionClassifier classifier = FashionClassifier.load();
        Tokenizer tokenizer = Tokenizer.load("fashion-rvq8")) {
      String name = "floors-" + tokenizer.fingerprint().substring(0, 12) + ".json";
      Floors floors = Json.read(DataHome.path("checkpoints").resolve(name), Floors.class);
      assertEquals(tokenizer.fingerprint(), floors.of().tokenizer());
      assertEquals(
          classifier.name() + " " + classifier.hash() + ", 28×28", floors.of().extractor());
      assertEquals(FashionMnist.test().take(Floors.SAMPLES).fingerprint(), floors.of().heldOut());
      assertEquals(FashionMnist.train().fingerprint(), floors.of().reference());
      assertTrue(floors.reconstruction() <= 2 * floors.real(), floors::toString);
      assertTrue(floors.shuffled() > 10 * floors.reconstruction(), floors::toString);
    }
  }
}
