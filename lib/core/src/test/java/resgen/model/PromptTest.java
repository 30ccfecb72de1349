package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.torch.Kernel;
import resgen.torch.Torch;
import resgen.train.Training;

/** Positions that are visible from the start and carry no loss. */
class PromptTest {

  private static final int L = Lines.L;
  private static final int D = Lines.D;
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

  @ParameterizedTest
  @ValueSource(strings = {"prefix", "uniform", "depthwise"})
  void masksBehindPromptsAreThoseOfShorterSamples(String law) {
    int[] lengths = {8, 6, 5, 8, 1};
    int[] prompts = {3, 2, 0, 4, 0};
    NDArray places = Torch.longs(manager, 0, 1, 2, 3, 4);
    NDArray rest = Torch.longs(manager, 5, 4, 5, 4, 1);
    Keys keys = Keys.of(Noise.of(3), places);
    Mask plain = MaskLaw.parse(law).draw(Lines.spec(), Schedule.circle(), keys, rest);
    Mask moved = plain.behind(Torch.longs(manager, prompts, 5));
    boolean[] visible = plain.visible().toBooleanArray();
    boolean[] predicted = plain.predicted().toBooleanArray();
    boolean[] seen = moved.visible().toBooleanArray();
    boolean[] asked = moved.predicted().toBooleanArray();
    for (int i = 0; i < 5; i++) {
      for (int p = 0; p < L; p++) {
        for (int j = 0; j < D; j++) {
          int at = (i * L + p) * D + j;
          String where = law + " " + i + "," + p + "," + j;
          if (p < prompts[i] || p >= lengths[i]) {
            assertTrue(seen[at], where);
            assertFalse(asked[at], where);
          } else {
            assertEquals(visible[at - prompts[i] * D], seen[at], where);
            assertEquals(predicted[at - prompts[i] * D], asked[at], where);
          }
        }
      }
    }
    assertEquals(plain.tokens().getFloat(), moved.tokens().getFloat());
    assertTrue(plain.tokens().getFloat() > 0);
  }

  @Test
  void promptsAreFromAQuarterToHalf() {
    int n = 4000;
    int[] length = new int[n];
    int[] drop = new int[n];
    for (int i = 0; i < n; i++) {
      length[i] = i % 2 == 0 ? 8 : 40;
      drop[i] = i < 400 ? 1 : 0;
    }
    NDArray places = manager.arange(0, n, 1, ai.djl.ndarray.types.DataType.INT64);
    long[] drawn =
        Kernel.of("masks")
            .call(
                "prompts",
                Keys.of(Noise.of(9), places).doubles(2),
                Torch.longs(manager, length, n),
                MadeUp.flags(manager, drop, n),
                0.85)
            .head()
            .toLongArray();
    Map<Integer, Map<Long, Integer>> counts = new TreeMap<>(Map.of(8, new TreeMap<>()));
    for (int i = 0; i < n; i++) {
      assertTrue(drop[i] == 0 || drawn[i] == 0, "a prompt without its condition");
      if (drop[i] == 0) {
        counts.computeIfAbsent(length[i], k -> new TreeMap<>()).merge(drawn[i], 1, Integer::sum);
      }
    }
    assertEquals(List.of(0L, 2L, 3L, 4L), List.copyOf(counts.get(8).keySet()));
    assertEquals(0L, counts.get(40).keySet().iterator().next());
    assertEquals(17, counts.get(40).size()); // 0 and 5 … 20
    assertEquals(0.15 * 1800, counts.get(8).get(0L), 5 * Math.sqrt(0.15 * 0.85 * 1800));
    assertEquals(0.85 / 3 * 1800, counts.get(8).get(3L), 5 * Math.sqrt(0.28 * 0.72 * 1800));
  }

  /** Loss and gradients of a training step whose samples have other tokens behind their ends. */
  private static float[] step(Recipe recipe, int seed) {
    Tokens tokens = Lines.tokens(manager, 24);
    int[] codes = MadeUp.all(tokens.codes());
    for (int i = 0; i < 24; i++) {
      for (int t = tokens.lengths()[i] * D; t < L * D; t++) {
        codes[i * L * D + t] = Noise.of(seed).stream(i, t).nextInt(Lines.V);
      }
    }
    Tokens other =
        new Tokens(
            Codes.of(codes, L, D),
            tokens.lengths(),
            tokens.condition(),
            tokens.layout(),
            tokens.codebooks(),
            tokens.codec(),
            "lines");
    try (GeneratorTraining training = new GeneratorTraining(recipe, other, other, 1)) {
      return Torch.withGradients(
          true,
          () -> {
            NDArray loss = training.loss(Training.steps(10).batch(12), 0, 0, 12).total();
            Torch.backward(loss);
            float[] text =
                training
                    .parameters()
                    .trained()
                    .get("input.text.symbols")
                    .getGradient()
                    .toFloatArray();
            float[] all = Arrays.copyOf(text, text.length + 1);
            all[text.length] = loss.getFloat();
            return all;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resgen", "ar-resgen", "rq-transformer"})
  void paddingNeverCountsAndTheTextIsLearned(String label) {
    Recipe recipe =
        Lines.of(
            switch (label) {
              case "resgen" -> MadeUp.codes(Lines.spec());
              case "ar-resgen" -> MadeUp.arCodes(Lines.spec());
              default -> MadeUp.rq(Lines.spec());
            });
    Recipe prompted = recipe.objective(recipe.objective().prompts(1));
    float[] one = step(prompted, 1);
    resgen.Near.assertNear(one, step(prompted, 2), 1e-6, "padding");
    assertFalse(Arrays.equals(one, step(recipe, 1)), "prompts have no effect");
    double squares = 0;
    for (int i = 0; i < one.length - 1; i++) {
      squares += one[i] * one[i];
    }
    assertTrue(squares > 0, "no gradient reaches the symbols");
    assertArrayEquals(one, step(prompted, 1));
  }
}
