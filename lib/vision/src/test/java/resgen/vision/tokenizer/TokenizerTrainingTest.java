package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import ai.djl.ndarray.NDArray;
import java.io.IOException;
import java.nio.FloatBuffer;
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

  private static TokenizerSettings settings(TokenizerSettings.Loss loss, boolean probabilistic) {
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
        settings(new TokenizerSettings.Loss(0.25, 0.1, 0.5, 0.4, 0.2), probabilistic);
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
    TokenizerSettings settings = settings(TokenizerSettings.Loss.plain(0.3), probabilistic);
    Training training = Training.steps(80).batch(32).learningRate(4e-3).every(80, 80, 20);
    Run run = train(settings, training, folder.resolve("run"), -1);
    double first = run.rows().get(0).get("validation_mse");
    double last = run.rows().get(run.rows().size() - 1).get("validation_mse");
    assertTrue(last < 0.8 * first, first + " → " + last);
  }

  /** Weights and codebooks after a few steps of a batch in so many parts, and where they began. */
  private static float[][] trained(TokenizerSettings settings, int parts) {
    Training training =
        Training.steps(6).batch(16).accumulate(parts).learningRate(1e-3).every(1, 100, 0);
    FeatureDistance features = x -> x.mul(x);
    try (TokenizerTraining model =
            new TokenizerTraining(
                settings, IMAGES, IMAGES.take(50), training, Optional.of(features));
        Trainer trainer = new Trainer(model, training, Optional.empty(), Listener.none())) {
      float[] start = all(model.parameters().arrays());
      trainer.run();
      return new float[][] {
        all(model.parameters().arrays()),
        start,
        model.state().get("books").toFloatArray(),
        model.state().get("variance").toFloatArray()
      };
    }
  }

  private static float[] all(Map<String, NDArray> arrays) {
    FloatBuffer values =
        FloatBuffer.allocate((int) arrays.values().stream().mapToLong(NDArray::size).sum());
    arrays.values().forEach(array -> values.put(array.toFloatArray()));
    return values.array();
  }

  private static double distance(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += ((double) a[i] - b[i]) * ((double) a[i] - b[i]);
    }
    return Math.sqrt(sum);
  }

  /** The codebooks' step, the adaptive weight, the discriminator: all are of the whole batch. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void accumulationChangesNothingButTheOrderOfSums(boolean probabilistic) {
    TokenizerSettings settings =
        settings(new TokenizerSettings.Loss(0.25, 0.1, 0.5, 0.3, 0.1), probabilistic);
    float[][] whole = trained(settings, 1);
    for (int parts : new int[] {2, 4}) {
      float[][] cut = trained(settings, parts);
      double moved = distance(whole[0], whole[1]);
      assertTrue(moved > 0.1, "moved by " + moved);
      double apart = distance(whole[0], cut[0]) / moved;
      assertTrue(apart < 0.01, "weights are " + apart + " of their way apart");
      float[] zero = new float[whole[2].length];
      double books = distance(whole[2], cut[2]) / distance(whole[2], zero);
      assertTrue(books < 1e-3, "codebooks are " + books + " apart");
      assertArrayEquals(whole[3], cut[3], 1e-3f * whole[3][0]);
    }
  }

  private static TokenizerSettings settings(QuantizerSettings quantizer) {
    return new TokenizerSettings(
        new AutoencoderSettings(1, 4, List.of(8, 16), 1, 4, 8),
        quantizer,
        TokenizerSettings.Loss.plain(0.2),
        "fp32");
  }

  /** Why eight black images are refused, before the first step. */
  private static String refusal(String name, TokenizerSettings settings) {
    Images black = Images.of(name, 1, 4, 4, new byte[8][16], new int[8], List.of("nothing"));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () ->
                Tokenizer.train(
                    black,
                    settings,
                    Training.steps(5).batch(8).every(1, 5, 0),
                    Optional.empty(),
                    (step, of, seconds, row) -> fail("step " + step + " was done")));
    return e.getMessage();
  }

  @Test
  void imagesThatAreFewerThanCodesAreRefusedBeforeTheTraining() {
    TokenizerSettings settings = settings(QuantizerSettings.ema(2, 64, 8));
    String message = refusal("few", settings);
    assertTrue(
        message.contains("few: 8 images of %d positions".formatted(settings.positions())), message);
  }

  @Test
  void imagesWhoseLatentsAreAllTheSameAreRefused() {
    QuantizerSettings few = QuantizerSettings.ema(2, 4, 8);
    for (QuantizerSettings quantizer :
        List.of(few, new QuantizerSettings(2, 4, 8, few.update(), 0.99, false, 0))) {
      String message = refusal("night", settings(quantizer));
      assertTrue(message.contains("have no spread"), message);
      assertTrue(message.contains("night"), message);
    }
  }

  @Test
  void aRunIsResumedOnTheSameImagesAndClassesAlone() {
    TokenizerSettings settings = settings(TokenizerSettings.Loss.plain(0.2), false);
    Training training = Training.steps(2).batch(8).every(1, 1, 0);
    Optional<Path> run = Optional.of(folder.resolve("run"));
    Tokenizer.train(IMAGES, settings, training, run, Listener.none()).close();
    Tokenizer.train(IMAGES, settings, training, run, Listener.none()).close();
    refused("its data is ", Blobs.of(200, 28, 2), settings, training, run);
    byte[][] pixels = new byte[IMAGES.size()][];
    java.util.Arrays.setAll(pixels, IMAGES::pixels);
    Images renamed =
        Images.of("blobs", 1, 28, 28, pixels, IMAGES.labels(), List.of("flat", "tall"));
    refused(
        "its classes is [\"flat\",\"square\"], this run's is [\"flat\",\"tall\"]",
        renamed,
        settings,
        training,
        run);
  }

  private static void refused(
      String words,
      Images images,
      TokenizerSettings settings,
      Training training,
      Optional<Path> run) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Tokenizer.train(images, settings, training, run, Listener.none()));
    assertTrue(e.getMessage().contains("cannot be resumed"), e.getMessage());
    assertTrue(e.getMessage().contains(words), e.getMessage());
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
