package resgen.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static resgen.Near.assertNear;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.model.Recipe;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.settings.Json;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** The mixture with a component for every code: its density, its gradients, its draws. */
class CodeMixtureHeadTest {

  private static final int DEPTH = 3;
  private static final int CODES = 4;
  private static final int H = 2;
  private static final TokenSpec SHAPE = MadeUp.spec(DEPTH, CODES, H);

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

  private static HeadSpec.CodeMixture kind(String words) {
    HeadSpec.CodeMixture kind =
        HeadSpec.CodeMixture.of(words.contains("plain") ? 0 : 5, words.contains("parts") ? 3 : 1);
    kind = words.contains("shared") ? kind.weights(HeadSpec.Weights.SHARED) : kind;
    kind = kind.further(words.contains("pairs") ? 1 : words.contains("triples") ? 2 : 0);
    return words.contains("isotropic") ? kind.scale(HeadSpec.Scale.ISOTROPIC) : kind;
  }

  private static Recipe recipe(HeadSpec.CodeMixture head) {
    Objective.Bound bound = Objective.Bound.paper().auxiliary(head.further() > 0 ? 0.5 : 0);
    return MadeUp.masked(SHAPE, MaskLaw.prefix(), head, bound);
  }

  private MaskedModel model(String words) {
    return MadeUp.masked(manager, recipe(kind(words)), 2);
  }

  /** Positions in all states of masking, with hidden states and codes of their own. */
  private final class Case {
    final MaskedModel model;
    final CodeMixtureHead head;
    final int n;
    final int[] level;
    final int[] codes;
    final NDArray hidden; // [N, W]

    Case(MaskedModel model, int n) {
      this.model = model;
      this.n = n;
      head = (CodeMixtureHead) model.head();
      level = new int[n];
      codes = new int[n * DEPTH];
      Noise.Stream noise = Noise.of(9).stream(1);
      for (int i = 0; i < n; i++) {
        level[i] = i % DEPTH;
      }
      for (int i = 0; i < codes.length; i++) {
        codes[i] = noise.nextInt(CODES);
      }
      float[] x = new float[n * 16];
      for (int i = 0; i < x.length; i++) {
        x[i] = (float) noise.nextGaussian();
      }
      hidden = Torch.floats(manager, x, n, 16);
    }

    /** The sum of the masked embeddings. */
    double[] z(int i) {
      float[] books = model.codebooks().array().toFloatArray();
      double[] z = new double[H];
      for (int j = DEPTH - 1 - level[i]; j < DEPTH; j++) {
        for (int k = 0; k < H; k++) {
          z[k] += books[(j * CODES + codes[i * DEPTH + j]) * H + k];
        }
      }
      return z;
    }

    /** The component that a position's codes are. */
    int component(CodeMixtureReference r, int i) {
      return r.component(codes, i * DEPTH + DEPTH - 1 - level[i]);
    }

    int code(int i) {
      return codes[i * DEPTH + DEPTH - 1 - level[i]];
    }

    CodeMixtureReference reference(int i) {
      return new CodeMixtureReference(model, CodeMixtureReference.row(hidden, i), level[i]);
    }

    CodeMixtureHead.Terms terms(double gradient, double auxiliary) {
      int[] masked = new int[n * DEPTH];
      float[] z = new float[n * H];
      for (int i = 0; i < n; i++) {
        for (int j = DEPTH - 1 - level[i]; j < DEPTH; j++) {
          masked[i * DEPTH + j] = 1;
        }
        double[] own = z(i);
        for (int k = 0; k < H; k++) {
          z[i * H + k] = (float) own[k];
        }
      }
      return head.terms(
          hidden,
          Torch.longs(manager, codes, n, DEPTH),
          MadeUp.flags(manager, masked, n, DEPTH),
          Torch.longs(manager, level, n),
          Torch.floats(manager, z, n, H),
          gradient,
          auxiliary);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "parts",
        "plain parts",
        "shared parts isotropic",
        "plain isotropic",
        "pairs parts",
        "triples"
      })
  void termsEqualTheFormulas(String words) {
    Case c = new Case(model(words), 30);
    CodeMixtureHead.Terms terms = c.terms(1, 0);
    double[] cross = new double[c.n];
    double[] further = new double[c.n];
    double[] remainder = new double[c.n];
    for (int i = 0; i < c.n; i++) {
      CodeMixtureReference r = c.reference(i);
      cross[i] = -r.logFirst[c.code(i)];
      further[i] = -r.logWeights[c.component(r, i)] - cross[i];
      remainder[i] = r.whole() ? 0 : -r.given(c.z(i), c.component(r, i));
    }
    assertNear(cross, terms.cross().toFloatArray(), 1e-5, "cross");
    assertNear(further, terms.further().toFloatArray(), 1e-5, "further");
    assertNear(remainder, terms.remainder().toFloatArray(), 1e-5, "remainder");
    assertArrayEquals(new float[c.n], terms.deeper().toFloatArray());
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "plain isotropic", "pairs parts"})
  void theLossIsNeverBelowTheExactNegativeLogLikelihood(String words) {
    Case c = new Case(model(words), 120);
    CodeMixtureHead.Terms terms = c.terms(1, 0);
    float[] loss = terms.cross().add(terms.further()).add(terms.remainder()).toFloatArray();
    int above = 0;
    for (int i = 0; i < c.n; i++) {
      CodeMixtureReference r = c.reference(i);
      if (!r.whole()) {
        double exact = r.exact(c.z(i));
        assertTrue(loss[i] >= exact - 1e-5 * (1 + Math.abs(exact)), "position " + i);
        above += loss[i] > exact + 1e-3 ? 1 : 0;
      }
    }
    assertTrue(above > 10, "the bound is strict at only " + above + " positions");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "pairs parts"})
  void theDensityIntegratesToOne(String words) {
    Case c = new Case(model(words), 3);
    double step = 0.02;
    for (int i = words.contains("pairs") ? 2 : 1; i < 3; i++) { // levels 1 and 2
      CodeMixtureReference r = c.reference(i);
      double sum = 0;
      for (double a = -6; a < 6; a += step) {
        for (double b = -6; b < 6; b += step) {
          sum += Math.exp(-r.exact(new double[] {a, b})) * step * step;
        }
      }
      assertEquals(1, sum, 1e-3, "level " + c.level[i]);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "pairs", "triples"})
  void theAuxiliaryLossIsThatOfDirectTokensBelowTheComponentsDepths(String words) {
    MaskedModel model = model(words);
    Case c = new Case(model, 12);
    int further = kind(words).further();
    float[] deeper = c.terms(1, 1).deeper().toFloatArray();
    double[] expected = new double[c.n];
    for (int i = 0; i < c.n; i++) {
      double[] x = CodeMixtureReference.row(c.hidden, i);
      for (int below = c.level[i] - 1 - further; below >= 0; below--) {
        int code = c.codes[i * DEPTH + DEPTH - 1 - below];
        expected[i] -= new CodeMixtureReference(c.model, x, below).logFirst[code];
      }
    }
    assertNear(expected, deeper, 1e-5, "deeper");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "plain", "shared parts isotropic", "pairs parts", "triples"})
  void gradientsEqualFiniteDifferences(String words) {
    MaskedModel model = model(words);
    Case c = new Case(model, 6);
    double auxiliary = words.contains("shared") ? 0 : 0.5;
    Map<String, NDArray> trained = model.parameters().trained();
    Torch.requireGradient(c.hidden);
    trained.forEach((name, array) -> Torch.requireGradient(array));
    Torch.backward(Torch.withGradients(true, () -> loss(c, auxiliary)));
    assertSlopes(c, c.hidden, auxiliary, "hidden");
    trained.forEach(
        (name, array) -> {
          if (name.startsWith("head.")) {
            assertSlopes(c, array, auxiliary, name);
          }
        });
  }

  private static NDArray loss(Case c, double auxiliary) {
    CodeMixtureHead.Terms terms = c.terms(1, auxiliary);
    return terms
        .cross()
        .add(Torch.scale(terms.further(), 0.4))
        .add(Torch.scale(terms.remainder(), 0.7))
        .add(Torch.scale(terms.deeper(), auxiliary))
        .sum();
  }

  /** Central differences of a few entries; in float32 they are good to some 1e-3. */
  private static void assertSlopes(Case c, NDArray at, double auxiliary, String name) {
    float[] slope = at.getGradient().toFloatArray();
    float[] values = at.toFloatArray();
    double scale = 0.1;
    for (float s : slope) {
      scale = Math.max(scale, Math.abs(s));
    }
    for (int i = 0; i < values.length; i += Math.max(1, values.length / 12)) {
      double step = 4e-3;
      double difference =
          (at(c, at, values, i, step, auxiliary) - at(c, at, values, i, -step, auxiliary))
              / (2 * step);
      assertEquals(difference, slope[i], 4e-3 * scale + 2e-3, name + "[" + i + "]");
    }
  }

  private static double at(
      Case c, NDArray array, float[] values, int i, double step, double auxiliary) {
    float[] moved = values.clone();
    moved[i] += (float) step;
    return Torch.withGradients(
        false,
        () -> {
          Torch.copy(moved, array);
          CodeMixtureHead.Terms terms = c.terms(1, auxiliary);
          double sum = 0;
          float[] cross = terms.cross().toFloatArray();
          float[] further = terms.further().toFloatArray();
          float[] remainder = terms.remainder().toFloatArray();
          float[] deeper = terms.deeper().toFloatArray();
          for (int n = 0; n < cross.length; n++) {
            sum += cross[n] + 0.4 * further[n] + 0.7 * remainder[n] + auxiliary * deeper[n];
          }
          Torch.copy(values, array);
          return sum;
        });
  }

  @Test
  void theShareOfTheGradientIsOfWhatTheRemainderSendsIntoTheHiddenState() {
    float[][] slopes = new float[3][];
    double[] shares = {0, 0.25, 1};
    for (int i = 0; i < 3; i++) {
      Case c = new Case(model("parts"), 6);
      Torch.requireGradient(c.hidden);
      double share = shares[i];
      Torch.backward(
          Torch.withGradients(
              true, () -> c.terms(share, 0).cross().add(c.terms(share, 0).remainder()).sum()));
      slopes[i] = c.hidden.getGradient().toFloatArray();
    }
    float[] between = new float[slopes[0].length];
    for (int i = 0; i < between.length; i++) {
      between[i] = slopes[0][i] + 0.25f * (slopes[2][i] - slopes[0][i]);
    }
    assertNear(between, slopes[1], 1e-5, "hidden");
    assertTrue(Math.abs(slopes[2][16] - slopes[0][16]) > 1e-4, "the remainder sends nothing");
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "pairs parts"})
  void drawsHaveTheStatedWeightsMeansAndDeviations(String words) {
    MaskedModel model = model(words);
    int count = 1 + kind(words).further();
    CodeMixtureHead head = (CodeMixtureHead) model.head();
    int n = 40_000;
    double[] x = CodeMixtureReference.row(new Case(model, 1).hidden, 0);
    CodeMixtureReference r = new CodeMixtureReference(model, x, 2);
    NDArray hidden = Torch.floats(manager, HeadCase.floats(x), 1, 16).repeat(0, n);
    int[] level = new int[n];
    Arrays.fill(level, 2);
    Keys keys = Keys.of(Noise.of(4), manager.arange(0, n, 1, ai.djl.ndarray.types.DataType.INT64));
    CodeMixtureHead.Drawn drawn =
        head.draw(
            hidden,
            Torch.longs(manager, level, n),
            keys.fork("a").uniforms(count).reshape(-1, count),
            keys.fork("b").uniforms(1).reshape(-1),
            keys.fork("c").gaussians(H),
            new Draw(1, 0.8, 1));
    int[] code = drawn.codes().toType(ai.djl.ndarray.types.DataType.INT32, false).toIntArray();
    float[] rest = drawn.remainder().toFloatArray();
    float[] logWeight = drawn.logWeights().sum(new int[] {1}).toFloatArray();
    for (int v = 0; v < r.logWeights.length; v++) {
      int found = 0;
      double[] sum = new double[H];
      double[] square = new double[H];
      for (int i = 0; i < n; i++) {
        if (r.component(code, i * count) == v) {
          found++;
          assertEquals(r.logWeights[v], logWeight[i], 1e-5);
          for (int k = 0; k < H; k++) {
            sum[k] += rest[i * H + k];
            square[k] += rest[i * H + k] * rest[i * H + k];
          }
        }
      }
      double share = Math.exp(r.logWeights[v]);
      assertEquals(share, found / (double) n, 5 * Math.sqrt(share / n), "component " + v);
      if (found < 500) {
        continue; // too few for what follows
      }
      for (int k = 0; k < H; k++) {
        double mean = 0;
        double second = 0;
        for (int m = 0; m < 3; m++) {
          double w = Math.exp(r.logParts[v][m]);
          mean += w * r.means[v][m][k];
          second += w * (Math.pow(r.means[v][m][k], 2) + Math.pow(0.8 * r.scales[v][m][k], 2));
        }
        double deviation = Math.sqrt(second - mean * mean);
        assertEquals(mean, sum[k] / found, 5 * deviation / Math.sqrt(found), "mean of " + v);
        double measured = Math.sqrt(square[k] / found - Math.pow(sum[k] / found, 2));
        double tolerance = Math.max(0.05, 4 / Math.sqrt(2 * found)) * deviation;
        assertEquals(deviation, measured, tolerance, "deviation of " + v);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "RANDOM, parts",
    "DISTANCE, parts",
    "DENSITY, parts",
    "POSTERIOR, parts",
    "RANDOM, pairs parts",
    "POSTERIOR, pairs parts",
    "RANDOM, triples"
  })
  void aProposalHasTheDrawnCodesAndTheRemaindersCodesBelowThem(Reveal reveal, String words) {
    MaskedModel model = model(words);
    int count = 1 + kind(words).further();
    CodeMixtureHead head = (CodeMixtureHead) model.head();
    int[] visible = {0, 1, 2, 3};
    int[] codes = {1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0};
    Target target = MadeUp.target(model, codes, visible);
    NDArray hidden = new Case(model, 4).hidden.reshape(1, 4, 16);
    Keys keys = Keys.of(Noise.of(4), Torch.longs(manager, 3L));
    Head.How how = new Head.How(new Draw(1, 1, 1), reveal, 0, DEPTH);
    Head.Proposal made = head.draw(hidden, target, how, keys);
    NDArray level = target.mask().level().reshape(-1);
    CodeMixtureHead.Drawn drawn =
        head.draw(
            hidden.reshape(4, 16),
            level,
            componentUniforms(keys, 4, count),
            keys.fork("part").uniforms(4).reshape(-1),
            keys.fork("gaussian").gaussians(4 * H).reshape(4, H),
            how.draw());
    long[] proposed = made.codes().toLongArray();
    for (int i = 0; i < 3; i++) { // at the fourth nothing is masked
      int j = visible[i];
      int end = Math.min(j + count, DEPTH);
      for (int k = j; k < end; k++) {
        long code = drawn.codes().toLongArray()[i * count + k - j];
        assertEquals(code, proposed[i * DEPTH + k], "position " + i + ", depth " + k);
        if (reveal == Reveal.POSTERIOR) {
          float term = made.terms().toFloatArray()[i * DEPTH + k];
          assertEquals(drawn.logWeights().toFloatArray()[i * count + k - j], term);
        }
      }
      NDArray r = drawn.remainder().get(i).expandDims(0);
      if (end < DEPTH) {
        long[] below = model.codebooks().encode(r, end, DEPTH).codes().toLongArray();
        assertArrayEquals(
            below, Arrays.copyOfRange(proposed, i * DEPTH + end, (i + 1) * DEPTH), "position " + i);
      }
      if (reveal == Reveal.DISTANCE) {
        double square = r.square().sum().getFloat();
        double sigma = model.codebooks().sigma()[j];
        double expected = -square / (2 * sigma * sigma);
        float[] terms = made.terms().toFloatArray();
        assertEquals(expected, terms[i * DEPTH + j], 1e-4 * (1 + Math.abs(expected)));
      }
    }
    assertEquals(reveal == Reveal.RANDOM, made.terms() == null);
  }

  /** As a proposal draws them: a stream for each code of a component. */
  private static NDArray componentUniforms(Keys keys, int positions, int count) {
    NDArray all = keys.fork("component").uniforms(positions).reshape(-1, 1);
    for (int i = 1; i < count; i++) {
      all = all.concat(keys.fork("component " + i).uniforms(positions).reshape(-1, 1), 1);
    }
    return all;
  }

  @ParameterizedTest
  @ValueSource(strings = {"parts", "pairs parts", "triples"})
  void aStepGivesTheCodesAndTheSumOfTheirEmbeddings(String words) {
    MaskedModel model = model(words);
    CodeMixtureHead head = (CodeMixtureHead) model.head();
    NDArray x = new Case(model, 5).hidden;
    NDArray level = Torch.longs(manager, new int[] {2, 2, 2, 2, 2}, 5);
    Keys keys = Keys.of(Noise.of(4), manager.arange(0, 5, 1, ai.djl.ndarray.types.DataType.INT64));
    SumHead.Step all = head.step(x, level, 0, DEPTH, new Draw(1, 1, 1), keys);
    assertNear(
        model.codebooks().decode(all.codes()).toFloatArray(),
        all.sum().toFloatArray(),
        1e-6,
        "sum");
    SumHead.Step one = head.step(x, level, 0, 1, new Draw(1, 1, 1), keys);
    assertArrayEquals(all.codes().get(":, 0:1").toLongArray(), one.codes().toLongArray());
    assertNear(
        model.codebooks().array().get(0).get(one.codes().reshape(-1)).toFloatArray(),
        one.sum().toFloatArray(),
        0,
        "embedding");
  }

  @Test
  void topPKeepsTheLikeliestCodes() {
    MaskedModel model = model("parts");
    Case c = new Case(model, 1);
    NDArray hidden = c.hidden.repeat(0, 200);
    NDArray level = Torch.longs(manager, new int[200], 200);
    Keys keys =
        Keys.of(Noise.of(4), manager.arange(0, 200, 1, ai.djl.ndarray.types.DataType.INT64));
    long[] codes =
        ((CodeMixtureHead) model.head())
            .draw(
                hidden,
                level,
                keys.fork("a").uniforms(1),
                keys.fork("b").uniforms(1).reshape(-1),
                keys.fork("c").gaussians(H),
                new Draw(1e-9, 1, 1))
            .codes()
            .toLongArray();
    double[] weights = c.reference(0).logWeights;
    int best = 0;
    for (int v = 1; v < CODES; v++) {
      best = weights[v] > weights[best] ? v : best;
    }
    for (long code : codes) {
      assertEquals(best, code);
    }
  }

  @Test
  void weightsThatAreNoNumbersMakeTheDrawNone() {
    MaskedModel model = model("parts");
    NDArray bias = model.parameters().arrays().get("head.bias");
    float[] values = bias.toFloatArray();
    Arrays.fill(values, Float.NaN);
    Torch.copy(values, bias);
    Target target = MadeUp.target(model, new int[12], new int[4]);
    NDArray hidden = new Case(model, 4).hidden.reshape(1, 4, 16);
    Keys keys = Keys.of(Noise.of(4), Torch.longs(manager, 3L));
    Head.How how = new Head.How(new Draw(0.9, 1, 1), Reveal.RANDOM, 0, DEPTH);
    assertTrue(Float.isNaN(model.head().draw(hidden, target, how, keys).values().sum().getFloat()));
  }

  @Test
  void furtherCodesNeedALayerRowsOfEachDepthALossAndADepth() {
    HeadSpec.CodeMixture pairs = kind("pairs");
    refused("hidden 0", () -> kind("plain").further(1));
    refused("further 1", () -> pairs.weights(HeadSpec.Weights.SHARED));
    refused("further 3", () -> recipe(pairs.further(3)));
    refused(
        "objective.bound.auxiliary 0", () -> MadeUp.bound(recipe(pairs), Objective.Bound.paper()));
  }

  private static void refused(String word, Executable what) {
    String message = assertThrows(IllegalArgumentException.class, what).getMessage();
    assertTrue(message.contains(word), message);
  }

  @Test
  void aHeadIsReadFromItsOwnJson() {
    Recipe recipe = recipe(kind("parts isotropic"));
    assertEquals(recipe, Recipe.read(Json.write(recipe)));
    assertEquals("resgen", recipe.model().label());
    Recipe pairs = recipe(kind("pairs"));
    assertEquals(pairs, Recipe.read(Json.write(pairs)));
  }

  @ParameterizedTest
  @CsvSource({
    "sharpness, 4",
    "prior, 0.5",
    "smoothing, 0.1",
  })
  void aBoundThatItDoesNotReadIsRefusedByName(String setting, double value) {
    Objective.Bound paper = Objective.Bound.paper();
    Objective.Bound bound =
        switch (setting) {
          case "sharpness" -> paper.sharpness(value);
          case "prior" -> paper.prior(value);
          default -> paper.smoothing(value);
        };
    Recipe good = recipe(kind(""));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> MadeUp.bound(good, bound));
    assertTrue(e.getMessage().contains("objective.bound." + setting + " " + value), e.getMessage());
  }

  @Test
  void anAuxiliaryLossNeedsRowsForEveryDepth() {
    Objective.Bound bound = Objective.Bound.paper().auxiliary(1);
    assertEquals(1, MadeUp.bound(recipe(kind("")), bound).objective().bound().auxiliary());
    for (Recipe other : new Recipe[] {recipe(kind("shared")), MadeUp.resgen(SHAPE)}) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> MadeUp.bound(other, bound));
      assertTrue(e.getMessage().contains("objective.bound.auxiliary 1.0"), e.getMessage());
    }
  }
}
