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
import resgen.token.Labels;
import resgen.vision.Images;
import resgen.vision.extract.Patterns;

class ComparisonTest {

  private static final Images IMAGES = Patterns.of(60, 8, 1);
  private final PixelMeans extractor = new PixelMeans("pixels");
  private final Reference reference = Reference.of(IMAGES, extractor, FeatureCache.none());

  @Test
  void aSetAgainstItselfIsAtNoDistance() {
    Comparison c =
        Comparison.of(
            reference, extractor.extract(IMAGES), Labels.of(IMAGES.labels()), IMAGES.classNames());
    assertEquals(0, c.distance().orElseThrow(), 1e-6);
    assertEquals(
        Bootstrap.deviation(extractor.extract(IMAGES).features(), reference.moments()),
        c.deviation());
    assertTrue(c.deviation().orElseThrow() > 0);
    assertEquals(1, c.precisionRecall().orElseThrow().precision());
    assertEquals(1, c.precisionRecall().orElseThrow().recall());
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
        Comparison.of(reference, seen, labels, IMAGES.classNames())
            .accuracy()
            .orElseThrow()
            .accuracy());
    assertTrue(Comparison.of(reference, seen, labels, List.of()).accuracy().isEmpty());
  }

  @Test
  void tooFewSamplesLeaveOutWhatNeedsMore() {
    Extraction two = extractor.extract(IMAGES.take(2));
    Comparison c = Comparison.of(reference, two, Labels.of(0, 1), IMAGES.classNames());
    assertTrue(c.distance().isPresent());
    assertTrue(c.precisionRecall().isEmpty());
  }

  @Test
  void anInterruptLeavesOutWhatIsNotComputedYet() {
    Extraction seen = extractor.extract(IMAGES);
    Thread.currentThread().interrupt();
    Comparison c = Comparison.of(reference, seen, Labels.of(IMAGES.labels()), IMAGES.classNames());
    assertTrue(Thread.interrupted());
    assertTrue(c.distance().isEmpty() && c.deviation().isEmpty());
    assertTrue(c.kernel().isEmpty() && c.precisionRecall().isEmpty());
    assertTrue(c.accuracy().isPresent());
  }

  @Test
  void theQuickOneLeavesOutWhatTakesLong() {
    Extraction seen = extractor.extract(IMAGES);
    Labels labels = Labels.of(IMAGES.labels());
    Comparison all = Comparison.of(reference, seen, labels, IMAGES.classNames());
    Comparison quick = Comparison.quick(reference, seen, labels, IMAGES.classNames());
    assertEquals(all.distance(), quick.distance());
    assertEquals(1, quick.accuracy().orElseThrow().accuracy());
    assertTrue(quick.kernel().isEmpty() && quick.precisionRecall().isEmpty());
    Features wide = Features.of(Comparison.NARROW + 1, new float[3 * (Comparison.NARROW + 1)]);
    Extraction flat = new Extraction(wide, Optional.empty());
    Reference same = new Reference(IMAGES, wide, Moments.of(wide));
    assertTrue(
        Comparison.quick(same, flat, Labels.of(0, 0, 0), List.of()).distance().isEmpty(),
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
    assertEquals(100, Comparison.paired(100));
    assertEquals(5000, Comparison.paired(50_000));
  }
}
