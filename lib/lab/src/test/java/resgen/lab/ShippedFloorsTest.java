package resgen.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.lab.metric.Floors;
import resgen.settings.DataHome;
import resgen.settings.Json;
import resgen.torch.Torch;
import resgen.vision.FashionMnist;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.tokenizer.Tokenizer;

/** What stands in data/checkpoints fits together. */
class ShippedFloorsTest {

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
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
