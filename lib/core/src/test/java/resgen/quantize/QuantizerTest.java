package resgen.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.noise.Noise;
import resgen.quantize.QuantizerSettings.Update;
import resgen.torch.Kernel;
import resgen.torch.Torch;

class QuantizerTest {

  private static final float[] X = {.9f, .1f, .1f, 1.2f, -.8f, -1.1f, 1.1f, -.2f};
  private static final float[] C1 = {1, 0, 0, 1, -1, -1};

  private NDManager manager;

  @BeforeEach
  void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Quantizer quantizer(QuantizerSettings settings) {
    return Quantizer.of(manager, settings, Noise.of(7));
  }

  private static void learn(Quantizer quantizer, NDArray vectors, long step) {
    quantizer.learn(vectors, Noise.of(8).stream(step));
  }

  /** The step of one codebook, in place; returns s². */
  private static float probabilistic(NDArray x, NDArray book, double decay) {
    Kernel rvq = Kernel.of("codebooks");
    NDArray e = rvq.call("quantize", x, book.expandDims(0)).get(1).get(0);
    return rvq.call("probabilistic", x, e, book, decay).head().getFloat();
  }

  @Test
  void theGoldenProbabilisticUpdate() {
    NDArray book = Torch.floats(manager, C1.clone(), 3, 2);
    NDArray x = Torch.floats(manager, X, 4, 2);
    NDArray codes = Kernel.of("codebooks").call("quantize", x, book.expandDims(0)).get(0);
    assertArrayEquals(new long[] {0, 1, 2, 0}, codes.toLongArray());
    assertEquals(.02125f, probabilistic(x, book, 0), 1e-7f);
    float[] expected = {1, -.05f, .1f, 1.2f, -.8f, -1.1f};
    assertArrayEquals(expected, book.toFloatArray(), 1e-5f);
  }

  @Test
  void theGoldenVarianceAndTheSlowUpdateOfTheMeans() {
    Quantizer quantizer =
        quantizer(new QuantizerSettings(1, 3, 2, Update.PROBABILISTIC, 0.999, false, 0));
    Torch.floats(manager, C1, 1, 3, 2).copyTo(quantizer.state().get("books"));
    quantizer.state().get("updates").set(new NDIndex(0), 1e6f); // past its quick start
    learn(quantizer, Torch.floats(manager, X, 4, 2), 0);
    assertEquals(.99902125f, quantizer.state().get("variance").getFloat(0), 1e-7f);
    float[] moved = quantizer.state().get("books").toFloatArray();
    assertArrayEquals(new float[] {1, -.00005f, .0001f, 1.0002f, -.9998f, -1.0001f}, moved, 1e-6f);
  }

  @Test
  void theProbabilisticUpdateEqualsThePlainOne() {
    float[] x = Noise.of(1).stream(0).gaussians(60 * 4);
    float[] start = Noise.of(1).stream(1).gaussians(9 * 4);
    NDArray book = Torch.floats(manager, start.clone(), 9, 4);
    probabilistic(Torch.floats(manager, x, 60, 4), book, 0.9);
    double[][] expected = PlainRvq.probabilistic(PlainRvq.rows(x, 4), PlainRvq.rows(start, 4), 0.9);
    assertArrayEquals(PlainRvq.floats(expected), book.toFloatArray(), 1e-5f);
  }

  @Test
  void aFarCodeMovesTowardsItsNearestVectorAndNotToNaN() {
    float[] start = {1, 0, 0, 1, 900, 900};
    NDArray book = Torch.floats(manager, start, 3, 2);
    probabilistic(Torch.floats(manager, X, 4, 2), book, 0.5);
    float[] moved = book.toFloatArray();
    // of all vectors, (.1, 1.2) is nearest to (900, 900) relative to its other codes
    for (float value : moved) {
      assertTrue(Float.isFinite(value), Arrays.toString(moved));
    }
    assertTrue(moved[4] < 452 && moved[5] < 452, Arrays.toString(moved));
  }

  @Test
  void vectorsThatAreExactlyCodesGiveFiniteCodebooks() {
    NDArray book = Torch.floats(manager, C1.clone(), 3, 2);
    probabilistic(Torch.floats(manager, C1, 3, 2), book, 0.5);
    assertArrayEquals(C1, book.toFloatArray(), 1e-6f);
  }

  @Test
  void movingAveragesEqualThePlainOnes() {
    Quantizer quantizer = quantizer(new QuantizerSettings(1, 6, 3, Update.EMA, 0.8, false, 0));
    double[][] start = PlainRvq.rows(quantizer.state().get("books").toFloatArray(), 3);
    PlainRvq.Average[] plain = new PlainRvq.Average[6];
    for (int k = 0; k < 6; k++) {
      plain[k] = new PlainRvq.Average(50 / 6.0, start[k]);
    }
    for (int step = 0; step < 5; step++) {
      float[] x = Noise.of(2).stream(step).gaussians(50 * 3);
      learn(quantizer, Torch.floats(manager, x, 50, 3), step);
      PlainRvq.average(PlainRvq.rows(x, 3), plain, 0.8);
    }
    double[][] expected = Arrays.stream(plain).map(a -> a.mean()).toArray(double[][]::new);
    assertArrayEquals(
        PlainRvq.floats(expected), quantizer.state().get("books").toFloatArray(), 1e-4f);
    double[] counts = Arrays.stream(plain).mapToDouble(a -> a.count).toArray();
    float[] given = quantizer.state().get("counts").toFloatArray();
    for (int k = 0; k < 6; k++) {
      assertEquals(counts[k], given[k], 1e-4);
    }
  }

  @Test
  void aDeadCodeRestartsOnAResidualWithFreshSums() {
    Quantizer quantizer = quantizer(new QuantizerSettings(1, 3, 2, Update.EMA, 0.5, false, 0.2));
    float[] far = {1, 0, 0, 1, 900, 900};
    Torch.floats(manager, far, 1, 3, 2).copyTo(quantizer.state().get("books"));
    NDArray x = Torch.floats(manager, X, 4, 2);
    for (int step = 0; step < 3; step++) {
      learn(quantizer, x, step);
    }
    float share = 4 / 3f;
    float[] book = Arrays.copyOfRange(quantizer.state().get("books").toFloatArray(), 4, 6);
    boolean isVector = false;
    for (int i = 0; i < 4; i++) {
      isVector |= Math.abs(X[2 * i] - book[0]) < 1e-6 && Math.abs(X[2 * i + 1] - book[1]) < 1e-6;
    }
    assertTrue(isVector, Arrays.toString(book));
    assertEquals(share, quantizer.state().get("counts").toFloatArray()[2], 1e-6);
    float[] sums = quantizer.state().get("sums").toFloatArray();
    assertArrayEquals(
        new float[] {book[0] * share, book[1] * share}, Arrays.copyOfRange(sums, 4, 6), 1e-6f);
  }

  @Test
  void aCodeThatIsNeverUsedStaysWhereItIsWithoutRestart() {
    Quantizer quantizer = quantizer(new QuantizerSettings(1, 3, 2, Update.EMA, 0.1, false, 0));
    float[] far = {1, 0, 0, 1, 900, 900};
    Torch.floats(manager, far, 1, 3, 2).copyTo(quantizer.state().get("books"));
    NDArray x = Torch.floats(manager, X, 4, 2);
    for (int step = 0; step < 60; step++) {
      learn(quantizer, x, step);
    }
    float[] book = quantizer.state().get("books").toFloatArray();
    assertEquals(900, book[4], 1);
    assertEquals(900, book[5], 1);
  }

  @Test
  void kmeansFromEqualStartsStillUsesEveryCode() {
    float[] x = Noise.of(9).stream(0).gaussians(200 * 2);
    Arrays.fill(x, 0, 150 * 2, 0.5f); // three in four are one and the same vector
    NDArray start = Torch.longs(manager, new int[] {0, 1, 2, 3, 4, 5, 6, 7}, 8); // all of them
    float[] book = kmeans(x, start, 12);
    double[][] rows = PlainRvq.rows(book, 2);
    int[] used = new int[8];
    for (double[] r : PlainRvq.rows(x, 2)) {
      used[PlainRvq.nearest(r, rows)]++;
    }
    assertTrue(Arrays.stream(used).allMatch(n -> n > 0), Arrays.toString(used));
  }

  @Test
  void kmeansOfFullClustersIsLloyds() {
    float[] x = Noise.of(10).stream(0).gaussians(300 * 2);
    int[] chosen = {5, 50, 150, 250};
    double[][] rows = PlainRvq.rows(x, 2);
    double[][] plain =
        Arrays.stream(chosen).mapToObj(i -> rows[i].clone()).toArray(double[][]::new);
    for (int round = 0; round < 5; round++) {
      double[][] totals = new double[4][2];
      int[] n = new int[4];
      for (double[] r : rows) {
        int k = PlainRvq.nearest(r, plain);
        totals[k] = PlainRvq.plus(totals[k], r, 1);
        n[k]++;
      }
      for (int k = 0; k < 4; k++) {
        plain[k] = PlainRvq.plus(new double[2], totals[k], 1.0 / n[k]);
      }
    }
    assertArrayEquals(PlainRvq.floats(plain), kmeans(x, Torch.longs(manager, chosen, 4), 5), 1e-5f);
  }

  private float[] kmeans(float[] x, NDArray start, int rounds) {
    NDArray vectors = Torch.floats(manager, x, x.length / 2, 2);
    return Kernel.of("codebooks").call("kmeans", vectors, start, rounds).head().toFloatArray();
  }

  @Test
  void theStartFromVectorsQuantizesThemBetterDepthByDepth() {
    Quantizer quantizer = quantizer(QuantizerSettings.probabilistic(4, 16, 3));
    NDArray x = Torch.floats(manager, Noise.of(3).stream(0).gaussians(500 * 3), 500, 3);
    quantizer.startFrom(x, Noise.of(4));
    int[] chosen = Arrays.copyOf(Noise.of(4).stream(1, 0).permutation(500), 16);
    NDArray start = Torch.longs(manager, chosen, 16);
    float[] expected = Kernel.of("codebooks").call("kmeans", x, start, 12).head().toFloatArray();
    float[] books = quantizer.state().get("books").toFloatArray();
    assertArrayEquals(expected, Arrays.copyOf(books, 16 * 3), 1e-6f);
    float[] variance = quantizer.state().get("variance").toFloatArray();
    assertTrue(variance[0] < 0.5, Arrays.toString(variance));
    for (int j = 1; j < 4; j++) {
      assertTrue(variance[j] < 0.7 * variance[j - 1], Arrays.toString(variance));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> quantizer.startFrom(Torch.floats(manager, new float[15 * 3], 15, 3), Noise.of(4)));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 72})
  void partialSumsAreThoseOfTheFrozenCodebooks(int depth) {
    Quantizer quantizer = quantizer(QuantizerSettings.ema(depth, 8, 4));
    NDArray x = Torch.floats(manager, Noise.of(5).stream(0).gaussians(30 * 4), 30, 4);
    String before = quantizer.freeze(manager, 1).fingerprint();
    Quantizer.Quantized quantized = quantizer.quantize(x);
    NDArray partial = quantized.partial(); // [D, N, H]
    Codebooks frozen = quantizer.freeze(manager, 1);
    assertEquals(before, frozen.fingerprint(), "looking changes nothing");
    NDArray codes = frozen.encode(x).codes();
    assertArrayEquals(codes.toLongArray(), quantized.codes().toLongArray());
    for (int j = 0; j < depth; j++) {
      float[] expected = frozen.truncate(j + 1).decode(codes.get(":, :" + (j + 1))).toFloatArray();
      assertArrayEquals(expected, partial.get(j).toFloatArray(), 1e-5f);
    }
  }

  @Test
  void theStartIsRandomDirectionsThatShortenWithDepth() {
    Quantizer quantizer = quantizer(QuantizerSettings.probabilistic(4, 5, 3));
    double[][] rows = PlainRvq.rows(quantizer.state().get("books").toFloatArray(), 3);
    for (int i = 0; i < rows.length; i++) {
      double length = Math.sqrt(PlainRvq.distance(rows[i], new double[3]));
      assertEquals((4 - i / 5) / 4.0, length, 1e-6);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PROBABILISTIC", "EMA"})
  void learningLowersTheError(String update) {
    Quantizer quantizer =
        quantizer(new QuantizerSettings(3, 16, 4, Update.valueOf(update), 0.9, false, 0.03));
    NDArray x = Torch.floats(manager, Noise.of(6).stream(0).gaussians(400 * 4), 400, 4);
    double first = error(quantizer, x);
    for (int step = 0; step < 40; step++) {
      learn(quantizer, x, step);
    }
    double last = error(quantizer, x);
    assertTrue(last < 0.7 * first, first + " → " + last);
  }

  /** A batch that is quantized in parts is learnt from as a whole. */
  @ParameterizedTest
  @ValueSource(strings = {"PROBABILISTIC", "EMA"})
  void partsOfABatchTeachWhatTheWholeDoes(String update) {
    QuantizerSettings settings =
        new QuantizerSettings(3, 8, 4, Update.valueOf(update), 0.9, false, 0.3);
    Quantizer whole = quantizer(settings);
    Quantizer parts = quantizer(settings);
    for (int step = 0; step < 4; step++) {
      NDArray x = Torch.floats(manager, Noise.of(11).stream(step).gaussians(40 * 4), 40, 4);
      learn(whole, x, step);
      NDArray codes =
          parts.quantize(x.get(":15")).codes().concat(parts.quantize(x.get("15:")).codes());
      parts.learn(x, codes, Noise.of(8).stream(step));
    }
    whole
        .state()
        .forEach(
            (name, array) ->
                assertArrayEquals(
                    array.toFloatArray(), parts.state().get(name).toFloatArray(), 1e-5f, name));
  }

  @Test
  void codebooksDoNotStartFromVectorsThatAreAllTheSame() {
    Quantizer quantizer = quantizer(QuantizerSettings.ema(2, 4, 3));
    float[] equal = new float[20 * 3];
    for (int i = 0; i < equal.length; i++) {
      equal[i] = 0.1f * (i % 3);
    }
    refused("have no spread: all 20 are equal", quantizer, equal);
    equal[7] = Float.NaN;
    refused("are not finite", quantizer, equal);
  }

  @Test
  void depthsToWhichNothingIsLeftAreRefused() {
    Quantizer quantizer = quantizer(QuantizerSettings.ema(3, 8, 3));
    float[] few = new float[40 * 3];
    for (int i = 0; i < few.length; i++) { // five different ones
      few[i] = (float) Math.sin(1 + i % 15);
    }
    quantizer.startFrom(Torch.floats(manager, few, 40, 3), Noise.of(4));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> quantizer.freeze(manager, 1));
    String words = "3 depths of 8 codes are too many: nothing is left to quantize after depth";
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private void refused(String words, Quantizer quantizer, float[] vectors) {
    NDArray x = Torch.floats(manager, vectors, vectors.length / 3, 3);
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> quantizer.startFrom(x, Noise.of(4)));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  private static double error(Quantizer quantizer, NDArray x) {
    return x.sub(quantizer.quantize(x).vectors()).square().mean().getFloat();
  }
}
