package resgen.lab;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.Generator;
import resgen.ResGen;
import resgen.Samples;
import resgen.lab.metric.Frechet;
import resgen.lab.metric.Moments;
import resgen.lab.metric.PixelMeans;
import resgen.lab.metric.Reference;
import resgen.lab.metric.RelativeMetric;
import resgen.lab.metric.Report;
import resgen.sample.Sampling;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Training;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

class EvaluationTest {

  private static final Images TRAIN = Patterns.of(120, 28, 1);
  private static final Images TEST = Patterns.of(60, 28, 2);
  private static final int BATCH = 10;

  @TempDir private static Path folder;
  private static Tokenizer tokenizer;
  private static String before;

  private final PixelMeans extractor = new PixelMeans("pixels");
  private Labels asked;
  private int calls;

  @BeforeAll
  static void train() {
    Torch.threads(1);
    before = System.setProperty(TokenCache.PROPERTY, folder.toString());
    Training training = Training.steps(5).batch(16).every(30, 60, 0);
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

  /**
   * A generator that gives back held-out images, the first {@code finished} of what is asked,
   * against the training images.
   */
  private Evaluation<Images> evaluation(Images from, int finished) {
    return evaluation(from, finished, () -> {});
  }

  /**
   * The same.
   *
   * @param after what happens when the last batch was told of
   */
  private Evaluation<Images> evaluation(Images from, int finished, Runnable after) {
    Evaluation.Sampler sampler =
        (labels, settings, listener) -> {
          asked = labels;
          calls++;
          int n = Math.min(finished, labels.size());
          int[] chosen = new int[n];
          Arrays.setAll(chosen, i -> i % from.size());
          Images made = from.subset(chosen);
          assertArrayEquals(Arrays.copyOf(labels.toArray(), n), made.labels());
          for (int done = 0; done < n; done += BATCH) {
            int[] batch = IntStream.range(done, Math.min(n, done + BATCH)).toArray();
            listener.made(done + batch.length, made.subset(batch));
          }
          after.run();
          boolean stopped = n < labels.size();
          if (stopped) {
            Thread.interrupted();
          }
          int l = tokenizer.settings().positions();
          int d = tokenizer.codebooks().depth();
          Codes codes = Codes.of(new int[n * l * d], l, d);
          return new Samples(made, codes, settings, 7, 0.5, 0.25, List.of(), stopped);
        };
    return new Evaluation.Subject("a fake", "fp32", tokenizer, sampler)
        .against(TRAIN)
        .sampling(Sampling.steps(4).seed(9))
        .extractor(extractor);
  }

  @Test
  void aReportHoldsNumbersFloorsCostAndProtocol() {
    Report report = evaluation(TEST, 999).heldOut(TEST).samples(60).run();
    assertEquals(Labels.cycle(60, 2), asked);
    RelativeMetric.Relative relative = report.relative().orElseThrow();
    assertEquals(relative.floors().real(), report.comparison().distance().orElseThrow());
    assertEquals(60, relative.floors().of().samples());
    assertEquals(relative.floors().relative(relative.distance()), report.r().orElseThrow());
    assertEquals(1, report.comparison().accuracy().orElseThrow().accuracy());
    assertEquals(new Report.Cost(0.5, 0.25, 7), report.cost());
    assertEquals(new Report.Progress(60, 60, false), report.progress());
    assertEquals("FD-Pixels", report.protocol().metric());
    assertEquals("patterns", report.protocol().reference().split());
    assertEquals(120, report.protocol().reference().count());
    assertEquals(List.of(9L), report.protocol().seeds());
    assertTrue(report.protocol().sampler().contains("\"steps\":4"), report.protocol().sampler());
    assertTrue(report.toTable().stringColumn("metric").contains("R"));
  }

  @Test
  void aModelIsEvaluatedByTheSamplesItMakes() {
    Training training = Training.steps(2).batch(8).every(2, 2, 0);
    Sampling sampling = Sampling.steps(3).seed(4);
    try (Generator model = ResGen.train(tokenizer.encode(TRAIN), ResGen.tiny(), training)) {
      Report report =
          Evaluation.of(model)
              .against(TRAIN)
              .extractor(extractor)
              .sampling(sampling)
              .samples(10)
              .run();
      Images made = model.sample(Labels.cycle(10, 2), sampling).as(Images.class);
      double distance =
          Frechet.distance(
              Moments.of(extractor.features(made)), Moments.of(extractor.features(TRAIN)));
      assertEquals(distance, report.comparison().distance().orElseThrow(), 1e-9);
      assertEquals(model.description(), report.model());
      assertTrue(report.cost().generateSeconds() > 0);
      assertTrue(report.cost().networkCalls() >= 1 && report.cost().networkCalls() <= 3);
    }
  }

  @Test
  void withoutHeldOutImagesThereIsNoR() {
    Report report = evaluation(TEST, 999).samples(20).run();
    assertTrue(report.relative().isEmpty());
    assertFalse(report.toHtml().contains("<td>R</td>"));
  }

  @Test
  void anInterruptedSamplingGivesAPartialReport() {
    Report report = evaluation(TEST, 30).heldOut(TEST).samples(60).run();
    assertEquals(new Report.Progress(30, 60, true), report.progress());
    assertTrue(report.comparison().distance().isPresent());
    assertEquals(30, report.comparison().accuracy().orElseThrow().count());
    assertTrue(report.toHtml().contains("30 of 60 samples"));
    assertEquals(30, report.protocol().samples());
    assertThrows(CancellationException.class, () -> evaluation(TEST, 1).samples(60).run());
  }

  @Test
  void afterAnInterruptNothingLongIsLeftToDo() {
    int[] before = new int[1];
    Runnable interrupt =
        () -> {
          before[0] = extractor.calls;
          Thread.currentThread().interrupt();
        };
    Evaluation<Images> evaluation = evaluation(TEST, 30, interrupt).heldOut(TEST);
    extractor.features(TRAIN.take(1)); // so that a call is counted
    Report report = evaluation.samples(60).run();
    assertEquals(before[0], extractor.calls, "images are seen after the interrupt");
    assertEquals(new Report.Progress(30, 60, true), report.progress());
    assertTrue(report.comparison().distance().isPresent());
    assertTrue(report.comparison().kernel().isEmpty());
    assertTrue(report.comparison().precision().isEmpty());
    assertTrue(report.relative().isEmpty());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void anInterruptWhileSamplesAreSeenLeavesOutTheRest() {
    Reference.of(TRAIN, extractor); // kept, so that it is not seen again
    extractor.interruptAt = extractor.calls + 3;
    Report report = evaluation(TEST, 999).samples(60).run();
    assertEquals(new Report.Progress(20, 60, true), report.progress());
    assertEquals(20, report.comparison().accuracy().orElseThrow().count());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void aWholeReportIsMeasuredOnceAndAPartialOneAgain() {
    Evaluation<Images> whole = evaluation(TEST, 999).samples(20);
    assertSame(whole.run(), whole.run());
    assertEquals(whole.run().toHtml(), whole.toHtml());
    assertEquals(1, calls);
    Evaluation<Images> partial = evaluation(TEST, 10).samples(20);
    partial.run();
    partial.run();
    assertEquals(3, calls);
  }

  @Test
  void wrongUseIsExplained() {
    assertThrows(IllegalArgumentException.class, () -> evaluation(TEST, 9).samples(1));
    Images larger = Patterns.of(20, 32, 3);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> evaluation(larger, 9).samples(4).run());
    assertTrue(
        e.getMessage().contains("1×32×32, but patterns has Images of 1×28×28"), e.getMessage());
    byte[][] pixels = IntStream.range(0, 20).mapToObj(TRAIN::pixels).toArray(byte[][]::new);
    Images oneClass = Images.of("alike", 1, 28, 28, pixels, new int[20], List.of("all"));
    Evaluation<Images> without =
        new Evaluation.Subject("a fake", "fp32", tokenizer, (labels, settings, listener) -> null)
            .against(oneClass);
    e = assertThrows(IllegalArgumentException.class, without::run);
    assertTrue(e.getMessage().contains("no extractor of the project's own fits"), e.getMessage());
  }
}
