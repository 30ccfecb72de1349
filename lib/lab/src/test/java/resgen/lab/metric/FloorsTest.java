package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Tokens;
import resgen.lab.Patterns;
import resgen.token.Codes;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

class FloorsTest {

  private static final Images TRAIN = Patterns.of(120, 28, 1);
  private static final Images TEST = Patterns.of(60, 28, 2);

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;
  private static String before;

  private final PixelMeans extractor = new PixelMeans("pixels");
  private final Reference<Images> reference = Reference.of(TRAIN, extractor, FeatureCache.none());

  @BeforeAll
  static void train() {
    Torch.threads(1);
    before = System.setProperty(TokenCache.PROPERTY, folder.toString());
    Training training = Training.steps(30).batch(16).learningRate(3e-3).every(30, 60, 0);
    tokenizer =
        Tokenizer.train(TRAIN, Tokenizer.tiny(), training, Optional.empty(), Listener.none());
  }

  @AfterAll
  static void close() {
    tokenizer.close();
    if (before == null) {
      System.clearProperty(TokenCache.PROPERTY);
    } else {
      System.setProperty(TokenCache.PROPERTY, before);
    }
  }

  private static Floors floors(double reconstruction, double shuffled) {
    return new Floors(new Floors.Key("t", "r", "h", "e", 5000, 0), 0.1, reconstruction, shuffled);
  }

  @Test
  void relativeIsZeroAtTheReconstructionAndOneAtTheShuffle() {
    Floors floors = floors(0.5, 75.5);
    assertEquals(0, floors.relative(0.5));
    assertEquals(1, floors.relative(75.5));
    assertEquals((20.7 - 0.5) / 75, floors.relative(20.7), 1e-12);
    assertThrows(IllegalArgumentException.class, () -> floors(Double.NaN, 1));
  }

  @Test
  void floorsAreTheDistancesOfWhatTheySay() {
    Floors floors = Floors.measure(tokenizer, reference, TEST, extractor, 3);
    assertEquals(
        Frechet.distance(Moments.of(extractor.features(TEST)), reference.moments()), floors.real());
    Images decoded = tokenizer.decode(tokenizer.encode(TEST));
    assertEquals(
        Frechet.distance(Moments.of(extractor.features(decoded)), reference.moments()),
        floors.reconstruction());
    assertTrue(floors.shuffled() > 0);
    assertEquals(60, floors.of().samples());
    assertEquals(3, floors.of().seed());
  }

  @Test
  void floorsAreMeasuredOnceForAKey() {
    Floors first = Floors.of(tokenizer, reference, TEST, extractor, 50, 0);
    int calls = extractor.calls;
    Floors second = Floors.of(tokenizer, reference, TEST, extractor, 50, 0);
    assertEquals(calls, extractor.calls);
    assertEquals(first, second);
    Floors other = Floors.of(tokenizer, reference, TEST, extractor, 40, 0);
    assertEquals(calls + 3, extractor.calls);
    assertEquals(40, other.of().samples());
  }

  @Test
  void shuffledTokensComeFromTheSamePositionOfImagesOfTheClass() {
    Tokens tokens = tokenizer.encode(TRAIN);
    Codes codes = ShuffleBaseline.codes(tokens, TEST.labels(), 5);
    assertEquals(TEST.size(), codes.size());
    boolean mixed = false;
    for (int i = 0; i < codes.size(); i++) {
      int[] sources = new int[codes.positions()];
      for (int l = 0; l < codes.positions(); l++) {
        sources[l] = source(tokens, codes, i, l, TEST.label(i));
        assertTrue(sources[l] >= 0, "sample " + i + ", position " + l);
      }
      mixed |= Arrays.stream(sources).distinct().count() > 1;
    }
    assertTrue(mixed);
  }

  /** The first training image of the class with exactly these codes there; -1 if none. */
  private static int source(Tokens tokens, Codes codes, int sample, int position, int label) {
    for (int image = 0; image < tokens.size(); image++) {
      boolean same = TRAIN.label(image) == label;
      for (int j = 0; j < codes.depth() && same; j++) {
        same = tokens.codes().get(image, position, j) == codes.get(sample, position, j);
      }
      if (same) {
        return image;
      }
    }
    return -1;
  }

  @Test
  void shufflingIsAFunctionOfSeedAndSample() {
    Tokens tokens = tokenizer.encode(TRAIN);
    int[] many = ShuffleBaseline.codes(tokens, new int[] {0, 1, 1}, 5).rows(1);
    assertTrue(Arrays.equals(many, ShuffleBaseline.codes(tokens, new int[] {1, 1, 0}, 5).rows(1)));
    assertFalse(Arrays.equals(many, ShuffleBaseline.codes(tokens, new int[] {0, 1, 1}, 6).rows(1)));
    assertThrows(
        IllegalArgumentException.class, () -> ShuffleBaseline.codes(tokens, new int[] {2}, 5));
  }
}
