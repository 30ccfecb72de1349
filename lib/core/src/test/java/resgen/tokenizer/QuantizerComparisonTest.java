package resgen.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import resgen.data.Images;
import resgen.rvq.QuantizerSettings;
import resgen.rvq.QuantizerSettings.Update;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;

class QuantizerComparisonTest {

  @Test
  void bothUpdatesLearnFromTheSameLatents() {
    Torch.threads(1);
    Images images = Blobs.of(120, 28, 3);
    Training training = Training.steps(10).batch(16).every(10, 10, 0);
    try (Tokenizer tokenizer =
        Tokenizer.train(images, Tokenizer.tiny(), training, Optional.empty(), Listener.none())) {
      Map<String, QuantizerSettings> quantizers = new LinkedHashMap<>();
      quantizers.put("ema", QuantizerSettings.ema(2, 16, 8));
      quantizers.put("probabilistic", QuantizerSettings.probabilistic(2, 16, 8));
      quantizers.put("unlearned", new QuantizerSettings(2, 16, 8, Update.EMA, 0.999999, false, 0));
      List<QuantizerComparison.Outcome> outcomes =
          QuantizerComparison.run(tokenizer, images, quantizers, 20, 64, 1);
      assertEquals(
          List.of("ema", "probabilistic", "unlearned"),
          outcomes.stream().map(QuantizerComparison.Outcome::name).toList());
      double unlearned = outcomes.get(2).relativeError();
      assertTrue(outcomes.get(0).relativeError() < 0.5 * unlearned, outcomes.toString());
      assertTrue(outcomes.get(1).relativeError() < 0.5 * unlearned, outcomes.toString());
      assertEquals(outcomes, QuantizerComparison.run(tokenizer, images, quantizers, 20, 64, 1));
      Map<String, QuantizerSettings> wrong = Map.of("x", QuantizerSettings.ema(2, 16, 9));
      assertThrows(
          IllegalArgumentException.class,
          () -> QuantizerComparison.run(tokenizer, images, wrong, 1, 1, 1));
    }
  }
}
