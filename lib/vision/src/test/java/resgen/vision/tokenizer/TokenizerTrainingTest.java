package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.quantize.QuantizerSettings;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;
import resgen.vision.Images;

class TokenizerTrainingTest {

  private static final Images IMAGES = Blobs.of(200, 28, 1);

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  private static TokenizerSettings settings(TokenizerLoss loss, boolean probabilistic) {
    QuantizerSettings quantizer =
        probabilistic ? QuantizerSettings.probabilistic(3, 16, 8) : QuantizerSettings.ema(3, 16, 8);
    return new TokenizerSettings(
        new AutoencoderSettings(1, 32, List.of(8, 16, 16), 1, 4, 8), quantizer, loss, "fp32");
  }

  private static Run train(
      TokenizerSettings settings, Training training, Path folder, long stopAfter) {
    FeatureDistance features = x -> x.mul(x);
    try (TokenizerTraining model =
            new TokenizerTraining(
                settings, IMAGES, IMAGES.take(50), training, Optional.of(features));
        Trainer trainer =
            new Trainer(
                model,
                training,
                Optional.of(folder),
                (step, steps, seconds, row) -> {
                  if (step == stopAfter) {
                    Thread.currentThread().interrupt();
                  }
                })) {
      Run run = trainer.run();
      Thread.interrupted();
      return run;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRunThatWasStoppedContinuesBitForBit(boolean probabilistic) throws IOException {
    TokenizerSettings settings =
        settings(new TokenizerLoss(0.25, 0.1, 0.5, 0.4, 0.2), probabilistic);
    Training training =
        Training.steps(12).batch(16).accumulate(2).learningRate(3e-3).every(1, 100, 0);
    Path whole = folder.resolve("whole");
    Path parts = folder.resolve("parts");
    Run full = train(settings, training, whole, -1);
    Run first = train(settings, training, parts, 7);
    assertTrue(first.interrupted() && first.steps() < 12, "stopped at " + first.steps());
    Run second = train(settings, training, parts, -1);
    assertEquals(12, second.steps());
    assertArrayEquals(
        Files.readAllBytes(whole.resolve("last.safetensors")),
        Files.readAllBytes(parts.resolve("last.safetensors")));
    Map<String, Double> last = full.rows().get(full.rows().size() - 1);
    for (String part : List.of("reconstruction", "feature", "commitment", "discriminator")) {
      assertTrue(last.containsKey(part), part + " in " + last);
    }
    assertTrue(last.get("adaptive_weight") > 0);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void trainingLowersTheErrorOfImagesThroughTheirCodes(boolean probabilistic) {
    TokenizerSettings settings = settings(TokenizerLoss.plain(0.3), probabilistic);
    Training training = Training.steps(80).batch(32).learningRate(4e-3).every(80, 80, 20);
    Run run = train(settings, training, folder.resolve("run"), -1);
    double first = run.rows().get(0).get("validation_mse");
    double last = run.rows().get(run.rows().size() - 1).get("validation_mse");
    assertTrue(last < 0.8 * first, first + " → " + last);
  }

  @Test
  void imagesOfAnotherNumberOfChannelsAreRefused() {
    Images grey = Blobs.of(20, 32, 0);
    TokenizerSettings colour = TokenizerSettings.cifar();
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Tokenizer.train(
                    grey, colour, Training.steps(1), Optional.empty(), Listener.none()));
    assertTrue(e.getMessage().contains("1 channels") && e.getMessage().contains("3"));
  }
}
