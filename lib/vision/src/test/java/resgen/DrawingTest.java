package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.codec.Media;
import resgen.sample.Sampling;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

/** Samples are decoded batch by batch as they are drawn, and told as they are decoded. */
class DrawingTest {

  private static final Sampling SETTINGS = Sampling.steps(2).seed(1);

  private static Tokenizer tokenizer;
  private static Generator model;

  private final List<String> events = new ArrayList<>();

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Images images = Patterns.of(80, 28, 1);
    tokenizer =
        Tokenizer.train(
            images,
            Tokenizer.tiny(),
            Training.steps(3).batch(16).every(30, 60, 0),
            Optional.empty(),
            Listener.none());
    model =
        ResGen.train(
            tokenizer.encode(images, TokenCache.none()),
            ResGen.tiny(),
            Training.steps(1).batch(4).every(1, 1, 0));
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
  }

  @AfterEach
  void clearInterrupt() {
    Thread.interrupted();
  }

  private Samples draw(int batch, Labels labels, Samples.Listener listener) {
    return model.sample(labels, SETTINGS.batchSize(batch), listener);
  }

  private void note(int done, Media<?> some) {
    events.add("decoded " + done);
  }

  private static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  @Test
  void eachBatchIsDecodedAndToldByItself() {
    Samples samples = draw(4, Labels.cycle(10, 2), this::note);
    assertEquals(List.of("decoded 4", "decoded 8", "decoded 10"), events);
    assertEquals(10, samples.size());
    assertFalse(samples.interrupted());
    assertTrue(samples.decodeSeconds() > 0);
  }

  @Test
  void anInterruptLeavesNothingToDecode() {
    Samples samples =
        draw(
            4,
            Labels.cycle(100, 2),
            (done, some) -> {
              note(done, some);
              if (done == 8) {
                Thread.currentThread().interrupt();
                events.add("interrupted");
              }
            });
    assertEquals(List.of("decoded 4", "decoded 8", "interrupted"), events);
    assertTrue(samples.interrupted());
    assertEquals(8, samples.size());
    assertEquals(8, samples.codes().size());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void ofALargeBatchAnInterruptLeavesOutWhatIsNotDecoded() {
    int once = tokenizer.decodedAtOnce();
    int many = 3 * once;
    Codes whole = draw(many, Labels.cycle(many, 2), (done, some) -> {}).codes();
    Samples samples =
        draw(
            many,
            Labels.cycle(many, 2),
            (done, some) -> {
              note(done, some);
              Thread.currentThread().interrupt();
            });
    assertEquals(List.of("decoded " + once), events);
    assertTrue(samples.interrupted());
    assertEquals(once, samples.size());
    assertArrayEquals(all(whole.range(0, once)), all(samples.codes()));
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  /** Some without a class, which are not in every batch, among the last. */
  @Test
  void imagesAreThoseOfDecodingAllAtOnce() {
    int none = tokenizer.classNames().size();
    int[] wanted = IntStream.range(0, 150).map(i -> i == 149 ? none : i % 2).toArray();
    Samples samples = draw(70, Labels.of(wanted), this::note);
    Images images = Images.of(samples);
    Images whole = tokenizer.decode(samples.codes());
    for (int i = 0; i < 150; i++) {
      byte[] expected = whole.pixels(i);
      byte[] pixels = images.pixels(i);
      for (int j = 0; j < pixels.length; j++) {
        assertEquals(expected[j] & 0xFF, pixels[j] & 0xFF, 1, "image " + i + ", byte " + j);
      }
    }
    assertEquals(List.of("above", "below", Condition.Classes.NO_CLASS), images.classNames());
    assertEquals(2, images.label(149));
    assertEquals(1, images.label(147));
  }

  @Test
  void theListenerGetsTheImagesThatAreReturned() {
    List<Images> told = new ArrayList<>();
    Samples samples = draw(6, Labels.cycle(20, 2), (done, some) -> told.add((Images) some));
    assertEquals(Images.of(samples).fingerprint(), Images.concat(told).fingerprint());
  }
}
