package resgen.lab.metric;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import resgen.codec.Extraction;
import resgen.codec.Features;
import resgen.lab.Patterns;
import resgen.token.Labels;
import resgen.vision.Images;

class MetricTest {

  private static final Images IMAGES = Patterns.of(60, 8, 1);
  private final PixelMeans extractor = new PixelMeans("pixels");
  private final Reference<Images> reference = Reference.of(IMAGES, extractor, FeatureCache.none());

  private Evidence<Images> evidence(Reference<Images> against, Extraction seen, Labels wanted) {
    return new Evidence<>(
        against,
        Optional.empty(),
        extractor,
        null,
        seen,
        wanted,
        wanted.size(),
        new Report.Cost(1, 1, 1));
  }

  private Evidence<Images> all() {
    return evidence(reference, extractor.extract(IMAGES), Labels.of(IMAGES.labels()));
  }

  private static Comparison compared(Evidence<Images> evidence, boolean instantly) {
    return new Report(
            "m",
            Metric.all(Metric.standard(), evidence, instantly),
            evidence.cost(),
            new Report.Progress(evidence.samples(), evidence.samples(), false),
            new Protocol(
                "FD-Pixels",
                1,
                new Protocol.Reference("r", 1),
                new Protocol.Network("e", "h"),
                "i",
                "s",
                List.of(0L),
                new Protocol.Run("c", 0, "d")))
        .comparison();
  }

  @Test
  void aSetAgainstItselfIsAtNoDistance() {
    Comparison c = compared(all(), false);
    assertEquals(0, c.distance().orElseThrow(), 1e-6);
    assertEquals(
        Bootstrap.deviation(extractor.extract(IMAGES).features(), reference.moments()),
        c.deviation());
    assertTrue(c.deviation().orElseThrow() > 0);
    assertEquals(1, c.precision().orElseThrow());
    assertEquals(1, c.recall().orElseThrow());
    assertEquals(1, c.accuracy().orElseThrow().accuracy());
    KernelDistance whole = KernelDistance.of(reference.features(), reference.features());
    assertEquals(whole.mean(), c.kernel().orElseThrow().mean(), 1e-9);
  }

  @Test
  void wrongClassesAreCountedAndUnknownOnesAreNot() {
    Extraction seen = extractor.extract(IMAGES);
    int[] wanted = IMAGES.labels();
    wanted[0] = 1 - wanted[0];
    Labels labels = Labels.of(wanted);
    assertEquals(
        59.0 / 60,
        compared(evidence(reference, seen, labels), false).accuracy().orElseThrow().accuracy());
    byte[][] pixels = IntStream.range(0, 60).mapToObj(IMAGES::pixels).toArray(byte[][]::new);
    Images others = Images.of("o", 1, 8, 8, pixels, IMAGES.labels(), List.of("up", "down"));
    Reference<Images> unknown = new Reference<>(others, reference.features(), reference.moments());
    assertTrue(compared(evidence(unknown, seen, labels), false).accuracy().isEmpty());
  }

  @Test
  void tooFewSamplesLeaveOutWhatNeedsMore() {
    Extraction two = extractor.extract(IMAGES.take(2));
    Comparison c = compared(evidence(reference, two, Labels.of(0, 1)), false);
    assertTrue(c.distance().isPresent());
    assertTrue(c.precision().isEmpty() && c.recall().isEmpty());
  }

  @Test
  void anInterruptLeavesOutWhatTakesLong() {
    Evidence<Images> evidence = all();
    Comparison whole = compared(evidence, false);
    Comparison quick = compared(evidence, true);
    Thread.currentThread().interrupt();
    Comparison interrupted = compared(evidence, false);
    assertTrue(Thread.interrupted());
    for (Comparison c : List.of(quick, interrupted)) {
      assertEquals(whole.distance(), c.distance());
      assertTrue(c.deviation().isEmpty());
      assertTrue(c.kernel().isEmpty() && c.precision().isEmpty() && c.recall().isEmpty());
      assertEquals(1, c.accuracy().orElseThrow().accuracy());
    }
    Features wide =
        Features.of(FrechetMetric.NARROW + 1, new float[3 * (FrechetMetric.NARROW + 1)]);
    Extraction flat = new Extraction(wide, Optional.empty());
    Reference<Images> same = new Reference<>(IMAGES, wide, Moments.of(wide));
    assertTrue(
        compared(evidence(same, flat, Labels.of(0, 0, 0)), true).distance().isEmpty(),
        "a distance of so wide features takes long");
  }

  @Test
  void longArithmeticEndsWithAnInterruptThatStaysSet() {
    Features features = reference.features();
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> PrecisionRecall.of(features, features));
    assertThrows(CancellationException.class, () -> KernelDistance.of(features, features));
    assertTrue(Thread.interrupted());
  }

  @Test
  void extractionsOfPartsJoinToThatOfTheWhole() {
    Extraction whole = extractor.extract(IMAGES);
    Extraction joined =
        Extraction.concat(
            List.of(whole.take(7), extractor.extract(IMAGES.subset(range(7, IMAGES.size())))));
    assertArrayEquals(whole.features().flat(), joined.features().flat());
    assertEquals(whole.classes(), joined.classes());
    Extraction plain = new Extraction(whole.features(), Optional.empty());
    assertThrows(
        IllegalArgumentException.class, () -> Extraction.concat(List.of(whole, plain)).classes());
    assertThrows(IllegalArgumentException.class, () -> Extraction.concat(List.of()));
  }

  private static int[] range(int from, int to) {
    return IntStream.range(from, to).toArray();
  }

  @Test
  void pairsAreLimited() {
    assertEquals(100, PrecisionRecall.paired(100));
    assertEquals(5000, PrecisionRecall.paired(50_000));
  }

  @Test
  void aMetricOfOnesOwnIsMeasuredBesideTheOthers() {
    List<Measured> found = Metric.all(List.of(new MeanShift()), all(), false);
    assertEquals(1, found.size());
    assertEquals(0, found.get(0).value(), 1e-9);
    assertEquals(List.of(), Metric.all(List.of(new MeanShift()), all(), true));
    assertEquals(
        MeanShift.class,
        Metric.<Images>named(List.of("mean_shift")).get(0).getClass(),
        "the class path names it");
    assertEquals(
        List.of("recall", "distance"),
        Metric.<Images>named(List.of("recall", "distance")).stream().map(Metric::name).toList());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Metric.named(List.of("fid")));
    assertTrue(e.getMessage().contains("no metric 'fid'; there are distance, kernel"));
    Metric.standard()
        .forEach(metric -> assertTrue(metric.definition().endsWith("."), metric.name()));
  }
}
