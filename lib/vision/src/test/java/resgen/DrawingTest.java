package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.codec.Media;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
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

/** What is done when, told from a sampler that hands out given codes. */
class DrawingTest {

  private static final Images IMAGES = Patterns.of(160, 28, 1);
  private static final Sampling SETTINGS = Sampling.steps(2);

  private static Tokenizer tokenizer;
  private static Generator model;
  private static Codes codes;

  private final List<String> events = new ArrayList<>();

  @BeforeAll
  static void train() {
    Torch.threads(1);
    Training training = Training.steps(3).batch(16).every(30, 60, 0);
    tokenizer =
        Tokenizer.train(IMAGES, Tokenizer.tiny(), training, Optional.empty(), Listener.none());
    codes = tokenizer.encode(IMAGES, TokenCache.none()).codes();
    model =
        ResGen.train(
            tokenizer.encode(IMAGES, TokenCache.none()),
            ResGen.tiny(),
            Training.steps(1).batch(4).every(1, 1, 0));
  }

  @AfterAll
  static void close() {
    model.close();
    tokenizer.close();
  }

  /** Gives the codes of the images in batches; an interrupt ends it, as it ends the others. */
  private Drawing.Source sampler(int batch) {
    return (condition, first, listener) -> {
      int done = 0;
      while (done < condition.size() && !Thread.currentThread().isInterrupted()) {
        int end = Math.min(condition.size(), done + batch);
        events.add("drawn " + end);
        listener.finished(end, codes.range(done, end));
        done = end;
      }
      boolean interrupted = done < condition.size() && Thread.interrupted();
      return new TokenSampler.Result(codes.range(0, done), 2, List.of(), interrupted);
    };
  }

  private Condition condition(Labels labels) {
    return new Condition.Classes(labels.toArray(), tokenizer.classNames());
  }

  private Samples draw(int batch, Labels labels, Samples.Listener listener) {
    return Drawing.samples(sampler(batch), condition(labels), SETTINGS, tokenizer, listener);
  }

  private void note(int done, Media<?> some) {
    events.add("decoded " + done);
  }

  private static int[] all(Codes codes) {
    return codes.rows(IntStream.range(0, codes.size()).toArray());
  }

  @Test
  void aBatchIsDecodedBeforeTheNextIsDrawn() {
    Samples samples = draw(4, Labels.cycle(10, 2), this::note);
    assertEquals(
        List.of("drawn 4", "decoded 4", "drawn 8", "decoded 8", "drawn 10", "decoded 10"), events);
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
    assertEquals("interrupted", events.get(events.size() - 1));
    assertTrue(samples.interrupted());
    assertEquals(8, samples.size());
    assertEquals(8, samples.codes().size());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void ofALargeBatchAnInterruptLeavesOutWhatIsNotDecoded() {
    int once = tokenizer.decodedAtOnce();
    assertTrue(2 * once < IMAGES.size());
    Samples samples =
        draw(
            IMAGES.size(),
            Labels.cycle(IMAGES.size(), 2),
            (done, some) -> {
              note(done, some);
              Thread.currentThread().interrupt();
            });
    assertEquals(List.of("drawn " + IMAGES.size(), "decoded " + once), events);
    assertTrue(samples.interrupted());
    assertEquals(once, samples.size());
    assertArrayEquals(all(codes.range(0, once)), all(samples.codes()));
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void imagesAreThoseOfDecodingAllAtOnce() {
    int none = tokenizer.classNames().size();
    int[] wanted = IntStream.range(0, 150).map(i -> i == 149 ? none : i % 2).toArray();
    Samples samples = draw(70, Labels.of(wanted), this::note);
    Images whole = tokenizer.decode(codes.range(0, 150));
    for (int i = 0; i < 150; i++) {
      byte[] expected = whole.pixels(i);
      byte[] pixels = Images.of(samples).pixels(i);
      for (int j = 0; j < pixels.length; j++) {
        assertEquals(expected[j] & 0xFF, pixels[j] & 0xFF, 1, "image " + i + ", byte " + j);
      }
    }
    assertEquals(
        List.of("above", "below", Condition.Classes.NO_CLASS), Images.of(samples).classNames());
    assertEquals(2, Images.of(samples).label(149));
    assertEquals(1, Images.of(samples).label(147));
    assertArrayEquals(all(codes.range(0, 150)), all(samples.codes()));
  }

  @Test
  void theListenerGetsTheImagesThatAreReturned() {
    List<Images> told = new ArrayList<>();
    Samples samples = draw(6, Labels.cycle(20, 2), (done, some) -> told.add((Images) some));
    assertEquals(Images.of(samples).fingerprint(), Images.concat(told).fingerprint());
  }

  @Test
  void streamedSamplesAreThoseThatAreKept() {
    Samples kept = draw(6, Labels.cycle(20, 2), this::note);
    List<Images> told = new ArrayList<>();
    Samples.Streamed streamed =
        Drawing.stream(
            sampler(6),
            condition(Labels.cycle(20, 2)),
            tokenizer,
            (done, some) -> told.add((Images) some));
    assertEquals(Images.of(kept).fingerprint(), Images.concat(told).fingerprint());
    assertEquals(20, streamed.size());
    assertEquals(2, streamed.networkCalls());
    assertFalse(streamed.interrupted());
  }

  @Test
  void aStreamKeepsNoSample() {
    List<WeakReference<Object>> told = new ArrayList<>();
    int[] gone = new int[1];
    Drawing.stream(
        sampler(10),
        condition(Labels.cycle(150, 2)),
        tokenizer,
        (done, some) -> {
          told.add(new WeakReference<>(some));
          if (done == 150) {
            System.gc();
            gone[0] = (int) told.stream().filter(image -> image.get() == null).count();
          }
        });
    assertTrue(gone[0] >= 10, gone[0] + " of 15 batches are gone");
  }

  @Test
  void anInterruptedStreamSaysSo() {
    Samples.Streamed streamed =
        Drawing.stream(
            sampler(4),
            condition(Labels.cycle(100, 2)),
            tokenizer,
            (done, some) -> Thread.currentThread().interrupt());
    assertEquals(4, streamed.size());
    assertTrue(streamed.interrupted());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }
}
