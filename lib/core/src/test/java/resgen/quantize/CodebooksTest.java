package resgen.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.noise.Noise;
import resgen.torch.Torch;

class CodebooksTest {

  private static final float[] GOLDEN = {
    1, 0, 0, 1, -1, -1, .5f, 0, 0, .5f, -.25f, -.25f, .1f, .1f, -.1f, .1f, .1f, -.1f
  };

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

  private Codebooks golden() {
    return Codebooks.of(manager, GOLDEN, new float[] {.4f, .2f, .1f}, 3, 3, 2);
  }

  private Codebooks random(int depth, int codes, int dimension) {
    float[] values = Noise.of(5).stream(depth).gaussians(depth * codes * dimension);
    float[] sigma = new float[depth];
    for (int j = 0; j < depth; j++) {
      sigma[j] = 1f / (j + 1);
      for (int i = 0; i < codes * dimension; i++) {
        values[j * codes * dimension + i] /= j + 1;
      }
    }
    return Codebooks.of(manager, values, sigma, depth, codes, dimension);
  }

  @Test
  void prefixesAreTheSumsOfTheFirstDepthsFromNoneToAll() {
    float[] prefixes =
        golden().prefixes(Torch.longs(manager, new int[] {1, 0, 2}, 1, 3)).toFloatArray();
    assertArrayEquals(new float[] {0, 0, 0, 1, .5f, 1, .6f, .9f}, prefixes, 1e-6f);
  }

  @Test
  void aPartOfTheDepthsIsQuantizedAsIfTheOthersWereNot() {
    Codebooks books = golden();
    var vector = Torch.floats(manager, new float[] {.8f, .9f}, 1, 2);
    Codebooks.Part all = books.encode(vector, 0, 3);
    assertArrayEquals(new long[] {1, 0, 2}, all.codes().toLongArray());
    assertArrayEquals(new float[] {.6f, .9f}, all.sum().toFloatArray(), 1e-6f);
    Codebooks.Part one = books.encode(vector, 1, 2);
    assertArrayEquals(new long[] {1}, one.codes().toLongArray());
    assertArrayEquals(new float[] {0, .5f}, one.sum().toFloatArray(), 1e-6f);
  }

  @Test
  void theGoldenVectorHasTheGoldenCodesAndResiduals() {
    Codebooks.Encoded coded = golden().encode(Torch.floats(manager, new float[] {.8f, .9f}, 1, 2));
    assertArrayEquals(new long[] {1, 0, 2}, coded.codes().toLongArray());
    // residuals (.8, −.1), (.3, −.1), (.2, 0)
    assertArrayEquals(new float[] {.65f, .10f, .04f}, coded.errors().toFloatArray(), 1e-6f);
    assertArrayEquals(new float[] {.2f, 0}, coded.residual().toFloatArray(), 1e-6f);
  }

  @Test
  void theGoldenTargetIsTheSumOfTheMaskedDepths() {
    Codebooks.Sums sums =
        golden()
            .sums(
                Torch.longs(manager, new int[] {1, 0, 2}, 1, 3),
                Torch.longs(manager, new int[] {1}, 1));
    assertArrayEquals(new float[] {0, 1}, sums.visible().toFloatArray(), 1e-6f);
    assertArrayEquals(new float[] {.6f, -.1f}, sums.masked().toFloatArray(), 1e-6f);
  }

  /**
   * Many vectors are quantized in several rounds. What is visible is said by a number of depths, or
   * depth by depth, where any may be.
   */
  @ParameterizedTest
  @CsvSource({"40, false", "1100, false", "40, true", "1100, true"})
  void onlyMaskedDepthsAreQuantized(int n, boolean anyDepths) {
    int depth = 6;
    Codebooks books = random(depth, 16, 5);
    float[] vectors = Noise.of(1).stream(2).gaussians(n * 5);
    Noise.Stream noise = Noise.of(1).stream(3);
    int[] prefix = new int[n];
    boolean[] visible = new boolean[n * depth];
    for (int i = 0; i < n; i++) {
      prefix[i] = i % (depth + 1);
      for (int j = 0; j < depth; j++) {
        // the third depth of all but the last row is visible: a depth almost without work
        visible[i * depth + j] =
            anyDepths ? j == 2 && i < n - 1 || noise.nextInt(2) == 0 : j < prefix[i];
      }
    }
    Codebooks.Encoded coded =
        books.encode(
            Torch.floats(manager, vectors, n, 5),
            anyDepths
                ? manager.create(visible).reshape(n, depth)
                : Torch.longs(manager, prefix, n));
    long[] codes = coded.codes().toLongArray();
    float[] errors = coded.errors().toFloatArray();
    double[][] x = PlainRvq.rows(vectors, 5);
    double[][] residuals = PlainRvq.rows(coded.residual().toFloatArray(), 5);
    double[][] entries = PlainRvq.rows(books.array().toFloatArray(), 5);
    for (int i = 0; i < n; i++) {
      double[] r = x[i];
      for (int j = 0; j < depth; j++) {
        int code = 0;
        if (!visible[i * depth + j]) {
          double[][] book = java.util.Arrays.copyOfRange(entries, j * 16, (j + 1) * 16);
          code = PlainRvq.nearest(r, book);
          r = PlainRvq.minus(r, book[code]);
        }
        assertEquals(code, codes[i * depth + j]);
        assertEquals(PlainRvq.distance(r, new double[5]), errors[i * depth + j], 1e-4);
      }
      assertArrayEquals(r, residuals[i], 1e-4, "residual of " + i);
    }
  }

  /** Large codebooks are searched in groups; equal codes go to the first one, as in small ones. */
  @ParameterizedTest
  @ValueSource(ints = {255, 256, 257, 1024})
  void largeCodebooksGiveTheNearestCodeAndTheFirstOfEqualOnes(int codes) {
    int h = 6;
    float[] values = Noise.of(8).stream(codes).gaussians(codes * h);
    System.arraycopy(values, 3 * h, values, 77 * h, h);
    System.arraycopy(values, 3 * h, values, 200 * h, h);
    Codebooks books = Codebooks.of(manager, values, new float[] {1}, 1, codes, h);
    float[] vectors = Noise.of(9).stream(codes).gaussians(600 * h);
    System.arraycopy(values, 3 * h, vectors, 0, h);
    long[] found = books.encode(Torch.floats(manager, vectors, 600, h)).codes().toLongArray();
    assertEquals(3, found[0]);
    double[][] x = PlainRvq.rows(vectors, h);
    double[][] book = PlainRvq.rows(values, h);
    for (int i = 0; i < 600; i++) {
      assertEquals(PlainRvq.nearest(x[i], book), found[i], "vector " + i);
    }
  }

  /** Vectors around far points, small against their offset: the worst that a codebook may meet. */
  @ParameterizedTest
  @CsvSource({"0, 64, 1", "100, 64, 1", "1000, 64, 1", "30, 512, 0.01"})
  void nearestCodesAndErrorsAreThoseOfFloat64UpToRounding(float offset, int h, float spread) {
    int n = 200;
    int codes = 256;
    float[] values = around(offset, spread, 12, codes * h);
    float[] vectors = around(offset, spread, 13, n * h);
    Codebooks books = Codebooks.of(manager, values, new float[] {1}, 1, codes, h);
    Codebooks.Encoded coded = books.encode(Torch.floats(manager, vectors, n, h));
    double[][] x = PlainRvq.rows(vectors, h);
    double[][] book = PlainRvq.rows(values, h);
    double[] mean = new double[h];
    for (double[] e : book) {
      mean = PlainRvq.plus(mean, e, 1.0 / codes);
    }
    long[] found = coded.codes().toLongArray();
    float[] errors = coded.errors().toFloatArray();
    for (int i = 0; i < n; i++) {
      double least = PlainRvq.distance(x[i], book[PlainRvq.nearest(x[i], book)]);
      double chosen = PlainRvq.distance(x[i], book[(int) found[i]]);
      double length = Math.sqrt(PlainRvq.distance(x[i], new double[h]));
      double width = Math.sqrt(PlainRvq.distance(book[(int) found[i]], mean));
      double rounded = 4 * Math.ulp(1f) * length; // of a sum of H products with a length of 1
      assertTrue(chosen - least <= rounded * width, chosen + " for " + least);
      assertEquals(chosen, errors[i], 1e-5 * chosen + rounded * Math.sqrt(chosen));
    }
  }

  /** A small σ makes differences of squared distances large; they must be right for that. */
  @ParameterizedTest
  @CsvSource({"0, 8, 0.05", "3, 8, 0.05", "30, 64, 0.05", "3, 512, 0.02"})
  void posteriorsAreThoseOfFloat64(float offset, int h, float sigma) {
    int n = 60;
    int codes = 16;
    float[] values = around(offset, sigma, 14, codes * h);
    float[] vectors = values.clone(); // near the codes
    vectors = java.util.Arrays.copyOf(vectors, n * h);
    float[] noise = around(0, 0.3f * sigma, 15, n * h);
    for (int i = 0; i < n * h; i++) {
      vectors[i] = values[i % (codes * h)] + noise[i];
    }
    Codebooks books = Codebooks.of(manager, values, new float[] {sigma}, 1, codes, h);
    NDArray x = Torch.floats(manager, vectors, n, h);
    long[] chosen = books.encode(x).codes().toLongArray();
    float[] found = books.posterior(x, Torch.longs(manager, new int[n], n)).toFloatArray();
    double[][] book = PlainRvq.rows(values, h);
    for (int i = 0; i < n; i++) {
      double expected =
          PlainRvq.posterior(PlainRvq.rows(vectors, h)[i], book, (int) chosen[i], sigma);
      assertEquals(expected, found[i], 1e-3 * (1 + Math.abs(expected)), "vector " + i);
    }
  }

  private static float[] around(float offset, float spread, long key, int count) {
    float[] values = Noise.of(key).stream(0).gaussians(count);
    for (int i = 0; i < count; i++) {
      values[i] = offset + spread * values[i];
    }
    return values;
  }

  @Test
  void numbersThatAreNotFiniteAreNamedByTheirPlace() {
    float[] values = GOLDEN.clone();
    values[9] = Float.NEGATIVE_INFINITY;
    refused("entry 1 of code 1 of depth 1 is -Infinity", values, .4f);
    refused("sigma NaN of depth 0", GOLDEN, Float.NaN);
    refused("sigma Infinity of depth 0", GOLDEN, Float.POSITIVE_INFINITY);
    refused("sigma 0.0 of depth 0", GOLDEN, 0);
    refused("sigma -1.0 of depth 0", GOLDEN, -1);
  }

  private void refused(String words, float[] values, float sigma) {
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Codebooks.of(manager, values, new float[] {sigma, .2f, .1f}, 3, 3, 2));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }

  @Test
  void sumsOfBothSidesEqualLoops() {
    int depth = 5;
    Codebooks books = random(depth, 8, 3);
    Noise.Stream noise = Noise.of(2).stream(0);
    int[] codes = new int[30 * depth];
    int[] visible = new int[30];
    for (int i = 0; i < codes.length; i++) {
      codes[i] = noise.nextInt(8);
    }
    for (int i = 0; i < 30; i++) {
      visible[i] = noise.nextInt(depth + 1);
    }
    Codebooks.Sums sums =
        books.sums(Torch.longs(manager, codes, 30, depth), Torch.longs(manager, visible, 30));
    double[][] entries = PlainRvq.rows(books.array().toFloatArray(), 3);
    double[][] seen = PlainRvq.rows(sums.visible().toFloatArray(), 3);
    double[][] hidden = PlainRvq.rows(sums.masked().toFloatArray(), 3);
    for (int i = 0; i < 30; i++) {
      double[][] expected = new double[2][3];
      for (int j = 0; j < depth; j++) {
        int side = j < visible[i] ? 0 : 1;
        expected[side] = PlainRvq.plus(expected[side], entries[j * 8 + codes[i * depth + j]], 1);
      }
      assertArrayEquals(expected[0], seen[i], 1e-5);
      assertArrayEquals(expected[1], hidden[i], 1e-5);
    }
  }

  @Test
  void thePosteriorEqualsThePlainOne() {
    int depth = 4;
    Codebooks books = random(depth, 8, 3);
    float[] vectors = Noise.of(3).stream(0).gaussians(20 * 3);
    float[] given =
        books
            .posterior(Torch.floats(manager, vectors, 20, 3), Torch.longs(manager, new int[20], 20))
            .toFloatArray();
    double[][] x = PlainRvq.rows(vectors, 3);
    double[][] entries = PlainRvq.rows(books.array().toFloatArray(), 3);
    for (int i = 0; i < 20; i++) {
      double[] r = x[i];
      for (int j = 0; j < depth; j++) {
        double[][] book = java.util.Arrays.copyOfRange(entries, j * 8, (j + 1) * 8);
        int code = PlainRvq.nearest(r, book);
        double expected = PlainRvq.posterior(r, book, code, books.sigma()[j]);
        assertEquals(expected, given[i * depth + j], 1e-4);
        r = PlainRvq.minus(r, book[code]);
      }
    }
  }

  @Test
  void thePosteriorOfANarrowDeviationIsFinite() {
    Codebooks books = Codebooks.of(manager, GOLDEN, new float[] {1e-6f, 1e-6f, 1e-6f}, 3, 3, 2);
    float[] given =
        books
            .posterior(
                Torch.floats(manager, new float[] {30, -40}, 1, 2),
                Torch.longs(manager, new int[1], 1))
            .toFloatArray();
    assertArrayEquals(new float[] {0, 0, 0}, given, 1e-6f);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 16, 72})
  void decodingPlusResidualIsTheVectorAtAnyDepth(int depth) {
    Codebooks books = random(depth, 8, 4);
    float[] vectors = Noise.of(4).stream(depth).gaussians(25 * 4);
    Codebooks.Encoded coded = books.encode(Torch.floats(manager, vectors, 25, 4));
    float[] again = books.decode(coded.codes()).add(coded.residual()).toFloatArray();
    assertArrayEquals(vectors, again, 1e-4f);
  }

  @Test
  void fewerDepthsAreTheFirstOnes() {
    Codebooks books = random(5, 8, 4);
    float[] vectors = Noise.of(4).stream(0).gaussians(10 * 4);
    long[] whole = books.encode(Torch.floats(manager, vectors, 10, 4)).codes().toLongArray();
    long[] part =
        books.truncate(2).encode(Torch.floats(manager, vectors, 10, 4)).codes().toLongArray();
    for (int i = 0; i < 10; i++) {
      assertEquals(whole[i * 5], part[i * 2]);
      assertEquals(whole[i * 5 + 1], part[i * 2 + 1]);
    }
    assertThrows(IllegalArgumentException.class, () -> books.truncate(6));
  }

  @Test
  void useLeavesCodebooksAsTheyAreAndAnyChangeShows() {
    Codebooks books = golden();
    String before = books.fingerprint();
    Codebooks.Encoded coded = books.encode(Torch.floats(manager, new float[20], 10, 2));
    books.decode(coded.codes());
    assertEquals(before, books.fingerprint());
    assertEquals(before, books.on(manager).fingerprint());
    float[] changed = GOLDEN.clone();
    changed[17] += 1e-6f;
    float[] sigma = {.4f, .2f, .1f};
    assertNotEquals(before, Codebooks.of(manager, changed, sigma, 3, 3, 2).fingerprint());
  }

  @Test
  void wrongSizesAreRefused() {
    assertThrows(
        IllegalArgumentException.class,
        () -> Codebooks.of(manager, new float[5], new float[] {1}, 1, 3, 2));
    assertThrows(
        IllegalArgumentException.class,
        () -> Codebooks.of(manager, new float[6], new float[] {0}, 1, 3, 2));
  }
}
