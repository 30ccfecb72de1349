package resgen.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.ChiSquared;
import resgen.model.MadeUp;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.reference.DepthMask;
import resgen.reference.FreeMask;
import resgen.reference.Hypergeometric;
import resgen.reference.MaskBatch;
import resgen.reference.RevealOrder;
import resgen.reference.TopSlots;
import resgen.settings.Json;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Kernel;
import resgen.torch.Torch;

/** Masks on the device against their plain forms in Java and against their laws. */
class MaskLawTest {

  private static final int L = 5;
  private static final int D = 3;
  private static final Noise NOISE = Noise.of(5).fork("masks");

  private static NDManager manager;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static TokenSpec spec(int positions, int depth) {
    return new TokenSpec(new Layout.Line(positions), depth, 2, 1);
  }

  /** Masks of samples 0 … B − 1 in step 3. */
  private static Mask draw(MaskLaw law, TokenSpec spec, Schedule schedule, int... lengths) {
    NDArray step = manager.create(new long[] {3});
    NDArray places = manager.arange(0, lengths.length, 1, DataType.INT64);
    NDArray ends = Torch.longs(manager, lengths, lengths.length);
    return law.draw(spec, schedule, Keys.of(NOISE, step, places), ends);
  }

  private static int[] lengths(int batch, int least, int most) {
    int[] lengths = new int[batch];
    Arrays.setAll(lengths, b -> least + b % (most - least + 1));
    return lengths;
  }

  /** A mask by the loops of its definition: true where visible, {@code [L·D]}. */
  private static boolean[] plain(String law, int b, int length, int positions, int depth) {
    Noise.Stream noise = NOISE.stream(3, b);
    boolean[] visible = new boolean[positions * depth];
    Arrays.fill(visible, true);
    int j = law.equals("depthwise") ? noise.nextInt(depth) : 0;
    int each = law.equals("depthwise") ? 1 : depth;
    int n = Schedule.circle().trainingCount(noise.nextDouble(), length * each);
    double[] scores = new double[length * each];
    for (int s = 0; s < scores.length; s++) {
      scores[s] = noise.nextDouble();
    }
    boolean[] most = TopSlots.largest(scores, law.equals("uniform") ? scores.length - n : n);
    for (int p = 0; p < length; p++) {
      int k = 0;
      for (int t = 0; t < each; t++) {
        k += most[p * each + t] ? 1 : 0;
      }
      for (int d = 0; d < depth; d++) {
        visible[p * depth + d] =
            switch (law) {
              case "prefix" -> d < depth - k;
              case "uniform" -> most[p * depth + d];
              default -> d < j + 1 - k;
            };
      }
    }
    return visible;
  }

  @ParameterizedTest
  @ValueSource(strings = {"prefix", "uniform", "depthwise"})
  void masksAreThoseOfLoopsWhateverTheLengths(String word) {
    for (int least : new int[] {L, 1}) {
      int[] lengths = lengths(60, least, L);
      Mask mask = draw(MaskLaw.parse(word), spec(L, D), Schedule.circle(), lengths);
      boolean[] visible = mask.visible().toBooleanArray();
      boolean[] predicted = mask.predicted().toBooleanArray();
      for (int b = 0; b < lengths.length; b++) {
        boolean[] expected = plain(word, b, lengths[b], L, D);
        assertArrayEquals(
            expected, Arrays.copyOfRange(visible, b * L * D, (b + 1) * L * D), "sample " + b);
        int first = firstMaskedDepth(expected);
        for (int t = 0; t < L * D; t++) {
          boolean asked = !expected[t] && (!word.equals("depthwise") || t % D == first);
          assertEquals(asked, predicted[b * L * D + t], "sample " + b + ", token " + t);
        }
      }
    }
  }

  private static int firstMaskedDepth(boolean[] visible) {
    for (int d = 0; d < D; d++) {
      for (int p = 0; p < L; p++) {
        if (!visible[p * D + d]) {
          return d;
        }
      }
    }
    return D;
  }

  /** A sample's mask does not change with what is beside it. */
  @Test
  void masksOfWholeSamplesAreThoseOfTheReference() {
    int[] lengths = lengths(40, L, L);
    List<DepthMask> masks = MaskBatch.draw(Schedule.circle(), 40, L, D, NOISE, 3).masks();
    boolean[] prefix =
        draw(MaskLaw.prefix(), spec(L, D), Schedule.circle(), lengths).visible().toBooleanArray();
    boolean[] free =
        draw(MaskLaw.uniform(), spec(L, D), Schedule.circle(), lengths).visible().toBooleanArray();
    for (int b = 0; b < 40; b++) {
      Noise.Stream noise = NOISE.stream(3, b);
      int n = Schedule.circle().trainingCount(noise.nextDouble(), L * D);
      FreeMask drawn = FreeMask.draw(L, D, n, noise);
      for (int t = 0; t < L * D; t++) {
        assertEquals(masks.get(b).isVisible(t / D, t % D), prefix[b * L * D + t]);
        assertEquals(drawn.isVisible(t / D, t % D), free[b * L * D + t]);
      }
    }
  }

  /** Counts of masks by their bits, true where masked. */
  private static Map<Integer, Integer> seen(MaskLaw law, TokenSpec spec, int length, int draws) {
    int[] lengths = new int[draws];
    Arrays.fill(lengths, length);
    boolean[] visible = draw(law, spec, Schedule.linear(), lengths).visible().toBooleanArray();
    Map<Integer, Integer> seen = new HashMap<>();
    int each = spec.tokens();
    for (int b = 0; b < draws; b++) {
      int bits = 0;
      for (int t = 0; t < each; t++) {
        bits |= visible[b * each + t] ? 0 : 1 << t;
      }
      seen.merge(bits, 1, Integer::sum);
    }
    return seen;
  }

  private static void assertLaw(Map<Integer, Double> law, Map<Integer, Integer> seen, int cells) {
    double[] shares = new double[law.size()];
    double[] counts = new double[law.size()];
    int at = 0;
    for (Map.Entry<Integer, Double> e : law.entrySet()) {
      shares[at] = e.getValue();
      counts[at++] = seen.getOrDefault(e.getKey(), 0);
    }
    assertTrue(law.keySet().containsAll(seen.keySet()), "masks that the law does not have");
    ChiSquared.assertDrawnFrom(shares, counts, cells);
  }

  private static double choose(int n, int k) {
    double c = 1;
    for (int i = 1; i <= k; i++) {
      c *= (double) (n - k + i) / i;
    }
    return c;
  }

  /** With γ = 1 − r the number of masked tokens is uniform on 1 … N. */
  @ParameterizedTest
  @ValueSource(ints = {3, 2, 1})
  void prefixesHaveTheHypergeometricLaw(int length) {
    Map<Integer, Double> law = new TreeMap<>();
    int all = (int) Math.pow(3, length);
    for (int c = 1; c < all; c++) {
      int[] masked = new int[length];
      int bits = 0;
      for (int p = 0, rest = c; p < length; p++, rest /= 3) {
        masked[p] = rest % 3;
        bits |= (masked[p] == 0 ? 0 : masked[p] == 1 ? 2 : 3) << 2 * p; // deepest first
      }
      law.put(bits, Math.exp(Hypergeometric.logMarginal(masked, 2)) / (2 * length));
    }
    assertLaw(law, seen(MaskLaw.prefix(), spec(3, 2), length, 20_000), all - 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 2})
  void everySetOfTokensIsEquallyLikely(int length) {
    int tokens = 2 * length;
    Map<Integer, Double> law = new TreeMap<>();
    for (int bits = 1; bits < 1 << tokens; bits++) {
      law.put(bits, 1 / choose(tokens, Integer.bitCount(bits)) / tokens);
    }
    assertLaw(law, seen(MaskLaw.uniform(), spec(3, 2), length, 20_000), 10);
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 2})
  void oneDepthIsMaskedAtSomePositionsAndAllDeeperOnesEverywhere(int length) {
    Map<Integer, Double> law = new TreeMap<>();
    for (int depth = 0; depth < 2; depth++) {
      for (int where = 1; where < 1 << length; where++) {
        int bits = 0;
        for (int p = 0; p < length; p++) {
          int own = where >> p & 1;
          bits |= (depth == 0 ? own | 2 : own << 1) << 2 * p;
        }
        law.put(bits, 0.5 / length / choose(length, Integer.bitCount(where)));
      }
    }
    assertLaw(law, seen(MaskLaw.depthwise(), spec(3, 2), length, 20_000), 2 * length);
  }

  /** P(n ≤ k) = 1 − γ⁻¹(k/N): by Kolmogorov's distance, at its 0.999 quantile. */
  @Test
  void totalsFollowTheSchedule() {
    int draws = 20_000;
    for (Schedule schedule : List.of(Schedule.circle(), Schedule.cosine(), Schedule.exp())) {
      int[] lengths = new int[draws];
      Arrays.fill(lengths, 4);
      float[] totals =
          draw(MaskLaw.prefix(), spec(4, 4), schedule, lengths)
              .predicted()
              .toType(DataType.FLOAT32, false)
              .sum(new int[] {1, 2})
              .toFloatArray();
      for (int k = 1; k <= 16; k++) {
        int most = k;
        double share = 0;
        for (float n : totals) {
          share += n <= most ? 1.0 / draws : 0;
        }
        double expected = 1 - schedule.inverse(k / 16.0, 16);
        assertEquals(expected, share, 1.95 / Math.sqrt(draws), schedule + " at " + k);
      }
    }
  }

  @Test
  void countsOfAMaskAreThoseOfLoops() {
    int[] lengths = lengths(30, 1, L);
    for (String word : List.of("prefix", "uniform", "depthwise")) {
      Mask mask = draw(MaskLaw.parse(word), spec(L, D), Schedule.circle(), lengths);
      boolean[] visible = mask.visible().toBooleanArray();
      boolean[] predicted = mask.predicted().toBooleanArray();
      long[] level = mask.level().toLongArray();
      boolean[] active = mask.active().toBooleanArray();
      int tokens = 0;
      int positions = 0;
      for (int row = 0; row < 30 * L; row++) {
        FreeMask own = FreeMask.of(Arrays.copyOfRange(visible, row * D, (row + 1) * D), 1);
        boolean any = false;
        for (int t = row * D; t < (row + 1) * D; t++) {
          tokens += predicted[t] ? 1 : 0;
          any |= predicted[t];
        }
        positions += any ? 1 : 0;
        assertEquals(any, active[row]);
        assertEquals(Math.max(0, D - 1 - own.shallowestMasked(0)), level[row]);
      }
      assertEquals(tokens, mask.tokens().getFloat());
      assertEquals(positions, mask.positions().getFloat());
      Mask part = mask.rows(7, 4);
      assertArrayEquals(
          Arrays.copyOfRange(visible, 7 * L * D, 11 * L * D), part.visible().toBooleanArray());
      assertArrayEquals(
          Arrays.copyOfRange(predicted, 7 * L * D, 11 * L * D), part.predicted().toBooleanArray());
    }
  }

  /** Scores as the sampler makes them, and what they reveal, of random states. */
  @ParameterizedTest
  @EnumSource(RevealOrder.class)
  void whatIsRevealedIsWhatThePlainFormReveals(RevealOrder order) {
    int b = 24;
    NDArray places = manager.arange(0, b, 1, DataType.INT64);
    for (boolean free : new boolean[] {false, true}) {
      for (double tau : new double[] {0, 1.5}) {
        int[] bits = new int[b * L * D];
        Noise.Stream random = Noise.of(8).stream(free ? 1 : 0);
        for (int row = 0; row < b * L; row++) {
          int count = random.nextInt(D + 1);
          for (int d = 0; d < D; d++) {
            bits[row * D + d] = (free ? random.nextInt(2) == 1 : d < count) ? 1 : 0;
          }
        }
        for (int d = 0; d < 3; d++) {
          bits[d] = 0; // something is masked in the first sample
        }
        float[] terms = Noise.of(9).stream(0).gaussians(b * L * D);
        NDArray visible = MadeUp.flags(manager, bits, b, L, D);
        int[] left = new int[b];
        for (int i = 0; i < b; i++) {
          int masked = L * D - Arrays.stream(bits, i * L * D, (i + 1) * L * D).sum();
          left[i] = masked * (i % 4) / 3; // none, some, all
        }
        Keys keys = Keys.of(NOISE, places, manager.create(new long[] {2}));
        Kernel kernel = Kernel.of("reveal");
        NDArray scores =
            order == RevealOrder.RANDOM
                ? kernel.call("random", visible, keys.doubles(L * D).reshape(b, L, D)).head()
                : kernel
                    .call(
                        "scores",
                        visible,
                        Torch.floats(manager, terms, b, L, D),
                        keys.gumbels(L * D).reshape(b, L, D),
                        tau)
                    .head();
        MaskLaw law = free ? MaskLaw.uniform() : MaskLaw.prefix();
        boolean[] shown =
            law.reveal(visible, scores, Torch.longs(manager, left, b)).toBooleanArray();
        for (int i = 0; i < b; i++) {
          boolean[] own = new boolean[L * D];
          for (int t = 0; t < own.length; t++) {
            own[t] = bits[i * L * D + t] == 1;
          }
          float[] ownTerms = Arrays.copyOfRange(terms, i * L * D, (i + 1) * L * D);
          assertArrayEquals(
              expected(order, own, free, ownTerms, left[i], tau, NOISE.stream(i, 2)),
              Arrays.copyOfRange(shown, i * L * D, (i + 1) * L * D),
              "sample " + i + (free ? " of any tokens" : "") + ", τ = " + tau);
        }
      }
    }
  }

  private static boolean[] expected(
      RevealOrder order,
      boolean[] now,
      boolean free,
      float[] terms,
      int left,
      double tau,
      Noise.Stream noise) {
    boolean[] after = now.clone();
    if (free) {
      boolean[] chosen = order.anywhere(now, D, terms, left, tau, noise);
      for (int t = 0; t < after.length; t++) {
        after[t] |= chosen[t];
      }
      return after;
    }
    int[] visible = new int[L];
    for (int t = 0; t < now.length; t++) {
      visible[t / D] += now[t] ? 1 : 0;
    }
    int[] next = order.next(visible, D, terms, left, tau, noise);
    for (int t = 0; t < now.length; t++) {
      after[t] = t % D < next[t / D];
    }
    return after;
  }

  /** Random order: the posterior Π C(K_i, k_i)/C(N, n), six cells. */
  @Test
  void aRandomOrderRevealsByThePosterior() {
    int draws = 20_000;
    int[] visible = {1, 0, 2};
    int[] all = new int[draws * 3];
    Arrays.setAll(all, i -> visible[i % 3]);
    NDArray now = MadeUp.prefixes(manager, all, 3, 3);
    NDArray places = manager.arange(0, draws, 1, DataType.INT64);
    NDArray u = Keys.of(NOISE, places).doubles(9).reshape(draws, 3, 3);
    NDArray scores = Kernel.of("reveal").call("random", now, u).head();
    NDArray left = manager.create(new long[] {3});
    long[] after = Torch.counts(MaskLaw.prefix().reveal(now, scores, left));
    DepthMask before = DepthMask.ofVisible(visible, 3);
    double[] shares = new double[16];
    double[] counts = new double[16];
    for (int a = 0; a <= 2; a++) {
      for (int b = 0; b <= 3; b++) {
        int[] revealed = {a, b, 3 - a - b};
        shares[4 * a + b] = Math.exp(Hypergeometric.logPosterior(before, revealed));
      }
    }
    for (int i = 0; i < draws; i++) {
      counts[(int) (4 * (after[3 * i] - 1) + after[3 * i + 1])]++;
    }
    ChiSquared.assertDrawnFrom(shares, counts, 6);
  }

  /** An infinite distance is the least confident one, and can be chosen. */
  @Test
  void overflowingDistancesComeLastButCanBeChosen() {
    NDArray now = MadeUp.flags(manager, new int[4], 1, 2, 2);
    float[] terms = {Float.NEGATIVE_INFINITY, -1, -1, -1};
    NDArray none = Torch.floats(manager, new float[4], 1, 2, 2).toType(DataType.FLOAT64, false);
    NDArray scores =
        Kernel.of("reveal")
            .call("scores", now, Torch.floats(manager, terms, 1, 2, 2), none, 1.0)
            .head();
    long[][] expected = {{0, 2}, {2, 2}};
    for (int i = 0; i < 2; i++) {
      NDArray left = manager.create(new long[] {i == 0 ? 2 : 0});
      assertArrayEquals(
          expected[i], Torch.counts(MaskLaw.prefix().reveal(now, scores, left)), "left " + i);
    }
  }

  @Test
  void aLawIsItsWord() {
    for (String word : List.of("prefix", "uniform", "depthwise")) {
      MaskLaw law = MaskLaw.parse(word);
      assertEquals(word, law.text());
      assertEquals("\"" + word + "\"", Json.line(law));
      assertEquals(law, Json.read("\"" + word + "\"", MaskLaw.class));
      assertSame(law, MaskLaw.parse(" " + word.toUpperCase(java.util.Locale.ROOT) + " "));
      MaskLaw.register(law); // again
    }
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> MaskLaw.parse("unifrom"));
    assertTrue(e.getMessage().contains("'unifrom'"), e.getMessage());
    assertTrue(e.getMessage().contains("depthwise, prefix, uniform"), e.getMessage());
    assertEquals(1, MaskLaw.prefix().stages(8));
    assertEquals(8, MaskLaw.depthwise().stages(8));
  }
}
