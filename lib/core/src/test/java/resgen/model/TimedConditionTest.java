package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.Near;
import resgen.nn.Parameters;
import resgen.nn.Transformer;
import resgen.settings.Json;
import resgen.token.Condition;
import resgen.torch.Precision;
import resgen.torch.Torch;

/** A text at every position, and who says it. */
class TimedConditionTest {

  private static final int N = 6;
  private static NDManager manager;
  private static Conditioner conditioner;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
    Parameters parameters = Parameters.on(manager, 2);
    conditioner =
        Lines.condition()
            .build(
                new ConditionSpec.Context(
                    parameters, Lines.spec(), 16, Precision.FP32, Conditioner.Input.ADDED));
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static float[] input(NDList uploaded) {
    return Torch.scoped(() -> conditioner.apply(uploaded).input().toFloatArray()); // [N, L, 16]
  }

  private static float[] position(float[] input, int sample, int position) {
    int from = (sample * Lines.L + position) * 16;
    return Arrays.copyOfRange(input, from, from + 16);
  }

  @Test
  void aSymbolIsReadInTheFramesThatItLasts() {
    Condition.Timed texts = Lines.texts(N);
    int[] frames = texts.frames()[0]; // 1, 5, 1, 1: positions 0 | 1 1 | 1 1 | 1 2 | 3 and filling
    assertArrayEquals(new int[] {1, 5, 1, 1}, frames);
    float[] before = input(conditioner.upload(manager, texts));
    float[] after =
        input(conditioner.upload(manager, Lines.with(texts, 0, new int[] {1, 4, 2, 1})));
    for (int p = 0; p < 4; p++) {
      // Frame 5, the second of position 2, is of symbol 2 now and not of symbol 1.
      assertEquals(p != 2, Arrays.equals(position(before, 0, p), position(after, 0, p)), "" + p);
    }
    assertArrayEquals(position(before, 1, 0), position(after, 1, 0));
  }

  @Test
  void behindTheEndNothingIsSaid() {
    float[] all = input(conditioner.upload(manager, Lines.texts(N)));
    NDList none = conditioner.none(conditioner.upload(manager, Lines.texts(N)));
    float[] nothing = input(none);
    assertArrayEquals(position(nothing, 0, 0), position(nothing, 1, 5));
    assertFalse(Arrays.equals(position(all, 0, 3), position(all, 0, 4)), "length 4");
    assertArrayEquals(position(all, 0, 4), position(all, 0, 7));
  }

  @Test
  void withoutIsNoneWhereItIsAskedFor() {
    NDList uploaded = conditioner.upload(manager, Lines.texts(N));
    NDArray where = MadeUp.flags(manager, new int[] {0, 1, 0, 0, 0, 1}, N);
    float[] some = input(conditioner.without(uploaded, where));
    float[] all = input(uploaded);
    float[] none = input(conditioner.none(uploaded));
    for (int i = 0; i < N; i++) {
      float[] expected = i == 1 || i == 5 ? none : all;
      for (int p = 0; p < Lines.L; p++) {
        Near.assertNear(position(expected, i, p), position(some, i, p), 1e-6, i + "," + p);
      }
    }
  }

  @Test
  void aTextIsReadTheSameBesideLongerOnes() {
    float[] all = input(conditioner.upload(manager, Lines.texts(N)));
    float[] one = input(conditioner.upload(manager, Lines.texts(N).select(2)));
    for (int p = 0; p < Lines.L; p++) {
      Near.assertNear(position(all, 2, p), position(one, 0, p), 1e-5, "position " + p);
    }
  }

  @Test
  void lengthsAreWholePositions() {
    assertArrayEquals(new int[] {4, 5, 6, 7, 8, 4}, Lines.texts(N).lengths());
    Condition.Timed odd = Lines.with(Lines.texts(1), 0, new int[] {1, 1, 1, 2});
    assertArrayEquals(new int[] {3}, odd.lengths());
    assertEquals(Lines.texts(N).range(2, 4), Lines.texts(N).select(2, 3));
    assertEquals(List.of("even", "odd"), Lines.texts(2).classNames());
  }

  private static void refused(String message, Runnable what) {
    String text = assertThrows(IllegalArgumentException.class, what::run).getMessage();
    assertTrue(text.contains(message), text);
  }

  @Test
  void badInputIsNamed() {
    Condition.Timed texts = Lines.texts(2);
    refused(
        "text 0 has 4 symbols and 3 durations", () -> Lines.with(texts, 0, new int[] {1, 2, 3}));
    refused("durations of text 1", () -> Lines.with(texts, 1, new int[] {0, 0, 0, 0, 0}));
    refused("durations of text 1", () -> Lines.with(texts, 1, new int[] {1, -1, 0, 0, 0}));
    refused(
        "text 0 has 4 symbols and 17 frames; the model takes at most 12 and 16",
        () -> conditioner.upload(manager, Lines.with(texts, 0, new int[] {1, 1, 1, 14})));
    refused("texts with durations", () -> conditioner.upload(manager, new Condition.None(2)));
    refused(
        "texts of 7 symbols",
        () ->
            conditioner.upload(
                manager,
                new Condition.Timed(
                    new Condition.Text(texts.text().ids(), 7),
                    texts.frames(),
                    2,
                    texts.speakers())));
    refused("prompts 1.5", () -> Lines.resgen().objective().prompts(1.5));
  }

  @Test
  void settingsAreReadBack() {
    Recipe recipe = Lines.resgen();
    Recipe prompted = recipe.objective(recipe.objective().prompts(0.85));
    assertEquals(prompted, Recipe.read(Json.line(prompted)));
    assertFalse(Json.line(recipe).contains("prompts"), "settings without prompts are as before");
    ConditionSpec.Timed of = ConditionSpec.Timed.of(Lines.texts(4));
    assertEquals(16, of.longest());
    assertEquals(
        Transformer.Settings.of(8, 1, 2), of.encoder(Transformer.Settings.of(8, 1, 2)).encoder());
  }
}
