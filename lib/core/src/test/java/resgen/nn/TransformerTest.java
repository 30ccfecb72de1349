package resgen.nn;

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
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.token.Layout;
import resgen.torch.Breaks;
import resgen.torch.Precision;
import resgen.torch.Torch;

class TransformerTest {

  private static final int B = 2;
  private static final int HEADS = 2;
  private static final int W = 16;
  private static final Transformer.Settings SETTINGS =
      new Transformer.Settings(W, 2, HEADS, 3, 0, 0, false);

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

  private Parameters parameters() {
    return Parameters.on(manager, 1);
  }

  /** Input, modulation, then all parameters. */
  private NDList leaves(Parameters parameters, int length, int modulated) {
    NDList leaves =
        new NDList(
            Gradients.normal(manager, 1, 1, B, length, W),
            Gradients.normal(manager, 2, .5, B, modulated, 8, W));
    leaves.addAll(parameters.list());
    return leaves;
  }

  private static NDArray plain(NDList leaves, Rotary rotary, boolean causal) {
    NDArray x = leaves.get(0);
    NDArray modulation = leaves.get(1);
    for (int i = 0; i < SETTINGS.layers(); i++) {
      x =
          Plain.block(
              x,
              modulation.get(":, :, :6"),
              new NDList(leaves.subList(2 + 5 * i, 7 + 5 * i)),
              rotary,
              HEADS,
              causal);
    }
    NDArray m = modulation.get(":, :, 6:").add(leaves.get(leaves.size() - 1));
    return Plain.modulate(x, m.get(":, :, 0"), m.get(":, :, 1"));
  }

  @ParameterizedTest
  @CsvSource({"false, 1", "false, 6", "true, 1"})
  void kernelsEqualPlainOperations(boolean causal, int modulated) {
    Parameters parameters = parameters();
    Transformer transformer = new Transformer(parameters, SETTINGS, causal, Precision.FP32);
    Gradients.spread(parameters, .3);
    Rotary rotary = transformer.rotary(manager, new Layout.Grid(2, 3));
    Gradients.assertSame(
        leaves -> plain(leaves, rotary, causal),
        leaves -> transformer.apply(leaves.get(0), leaves.get(1), rotary, null, true),
        leaves(parameters, 6, modulated),
        1e-4);
  }

  /** Beyond 128 positions attention is another operation. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void longSequencesEqualPlainOperations(boolean causal) {
    Parameters parameters = parameters();
    Transformer transformer = new Transformer(parameters, SETTINGS, causal, Precision.FP32);
    Gradients.spread(parameters, .3);
    Rotary rotary = transformer.rotary(manager, new Layout.Grid(10, 13));
    Gradients.assertSame(
        leaves -> plain(leaves, rotary, causal),
        leaves -> transformer.apply(leaves.get(0), leaves.get(1), rotary, null, true),
        leaves(parameters, 130, 1),
        1e-3);
  }

  @Test
  void workThatMayBeGivenUpIsTheSameBlockByBlock() {
    Transformer.Settings wide = Transformer.Settings.of(64, 3, HEADS);
    Transformer transformer = new Transformer(parameters(), wide, false, Precision.FP32);
    Rotary rotary = transformer.rotary(manager, new Layout.Grid(8, 8));
    NDArray x = Gradients.normal(manager, 1, 1, 80, 64, 64);
    NDArray modulation = Gradients.normal(manager, 2, .5, 80, 1, 8, 64);
    Supplier<float[]> run =
        () ->
            Torch.scoped(
                () -> transformer.apply(x, modulation, rotary, null, false).toFloatArray());
    float[] before = x.toFloatArray();
    float[] whole = run.get();
    float[][] split = new float[1][];
    assertTrue(Breaks.in(() -> split[0] = run.get()));
    assertArrayEquals(whole, split[0]);
    assertArrayEquals(before, x.toFloatArray());
    Thread.currentThread().interrupt();
    assertFalse(Breaks.in(() -> split[0] = run.get()), "it is left before a block");
    assertArrayEquals(whole, run.get());
    assertTrue(Thread.interrupted());
  }

  /** Few rows and many go to different matrix products. */
  @ParameterizedTest
  @CsvSource({"false, 6, 1", "true, 6, 6", "false, 80, 1", "true, 80, 80", "true, 130, 1"})
  void withoutGradientsTheStackInOneCallEqualsPlainOperations(
      boolean causal, int length, int modulated) {
    for (Precision precision : Precision.values()) {
      Parameters parameters = Parameters.on(manager, 1);
      Transformer transformer = new Transformer(parameters, SETTINGS, causal, precision);
      Gradients.spread(parameters, .3);
      Rotary rotary = transformer.rotary(manager, new Layout.Grid(2, length / 2));
      NDList l = leaves(parameters, length, modulated);
      float[] expected = plain(l, rotary, causal).toFloatArray();
      float[] actual =
          Torch.withGradients(
              false,
              () -> transformer.apply(l.get(0), l.get(1), rotary, null, false).toFloatArray());
      resgen.Near.assertNear(
          expected, actual, precision == Precision.FP32 ? 1e-4 : .2, precision.label());
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bfloat16StaysNearInOutputAndGradients(boolean causal) {
    Parameters parameters = parameters();
    Transformer transformer = new Transformer(parameters, SETTINGS, causal, Precision.BF16);
    Gradients.spread(parameters, .3);
    Rotary rotary = transformer.rotary(manager, new Layout.Grid(2, 3));
    NDList leaves = leaves(parameters, 6, 6);
    List<float[]> exact = Gradients.of(l -> plain(l, rotary, causal), leaves);
    List<float[]> rough =
        Gradients.of(l -> transformer.apply(l.get(0), l.get(1), rotary, null, true), leaves);
    for (int i = 0; i < exact.size(); i++) {
      double error = 0;
      double square = 0;
      for (int j = 0; j < exact.get(i).length; j++) {
        error += Math.pow(exact.get(i)[j] - rough.get(i)[j], 2);
        square += Math.pow(exact.get(i)[j], 2);
      }
      double relative = Math.sqrt(error / square);
      assertTrue(relative > 0 && relative < .04, "array " + i + ": " + relative);
    }
  }

  @Test
  void atTheStartItIsTheLayerNormOfItsInput() {
    Parameters parameters = parameters();
    Transformer transformer = new Transformer(parameters, SETTINGS, false, Precision.FP32);
    NDArray x = Gradients.normal(manager, 1, 1, B, 6, W);
    NDArray none = manager.zeros(new ai.djl.ndarray.types.Shape(B, 1, 8, W));
    resgen.Near.assertNear(
        Plain.layerNorm(x, 1e-5).toFloatArray(),
        transformer
            .apply(x, none, transformer.rotary(manager, new Layout.Grid(2, 3)), null, false)
            .toFloatArray(),
        1e-5,
        "output");
  }

  /** Sequences that end earlier are those of their own length, in training and out of it. */
  @ParameterizedTest
  @CsvSource({"false, 9", "true, 9", "false, 130", "true, 130"})
  void whatIsBehindTheEndOfASequenceHasNoEffect(boolean causal, int length) {
    Transformer transformer = new Transformer(parameters(), SETTINGS, causal, Precision.FP32);
    Rotary rotary = Rotary.line(manager, length, SETTINGS.headWidth());
    int[] ends = {length, length / 2, 1};
    NDArray lengths = Torch.longs(manager, ends, 3);
    NDArray modulation = Gradients.normal(manager, 2, .5, 3, 1, 8, W);
    NDArray x = Gradients.normal(manager, 1, 1, 3, length, W);
    for (boolean training : new boolean[] {true, false}) {
      Torch.withGradients(
          training,
          () -> {
            NDArray y = transformer.apply(x, modulation, rotary, lengths, training);
            for (int b = 0; b < 3; b++) {
              String own = b + ":" + (b + 1);
              Rotary shorter = Rotary.line(manager, ends[b], SETTINGS.headWidth());
              NDArray alone =
                  transformer.apply(
                      x.get(own + ", :" + ends[b]), modulation.get(own), shorter, null, training);
              resgen.Near.assertNear(
                  alone.toFloatArray(),
                  y.get(own + ", :" + ends[b]).toFloatArray(),
                  1e-5,
                  "sample " + b);
            }
            return null;
          });
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void laterPositionsReachEarlierOnesOnlyWithoutTheCausalOption(boolean causal) {
    Parameters parameters = parameters();
    Transformer transformer = new Transformer(parameters, SETTINGS, causal, Precision.FP32);
    Gradients.spread(parameters, .5);
    Rotary rotary = Rotary.line(manager, 8, SETTINGS.headWidth());
    NDArray modulation = Gradients.normal(manager, 2, 1, 1, 1, 8, W);
    NDArray x = Gradients.normal(manager, 1, 1, 1, 8, W);
    NDArray changed = x.get(":, :5").concat(Gradients.normal(manager, 9, 1, 1, 3, W), 1);
    float[] before = transformer.apply(x, modulation, rotary, null, false).toFloatArray();
    float[] after = transformer.apply(changed, modulation, rotary, null, false).toFloatArray();
    boolean same = Arrays.equals(Arrays.copyOf(before, 5 * W), Arrays.copyOf(after, 5 * W));
    assertEquals(causal, same);
    assertFalse(
        Arrays.equals(
            Arrays.copyOfRange(before, 5 * W, 8 * W), Arrays.copyOfRange(after, 5 * W, 8 * W)));
  }

  @Test
  void dropoutActsInTrainingAloneAndFollowsTheSeed() {
    Parameters parameters = parameters();
    Transformer.Settings s = new Transformer.Settings(W, 2, HEADS, 3, 0, .4, false);
    Transformer transformer = new Transformer(parameters, s, false, Precision.FP32);
    Gradients.spread(parameters, .3);
    Rotary rotary = transformer.rotary(manager, new Layout.Grid(2, 3));
    NDList l = leaves(parameters, 6, 1);
    float[][] outputs = new float[5][];
    for (int i = 0; i < 5; i++) {
      Torch.seed(i / 2); // 0 0 1 1 2
      outputs[i] = transformer.apply(l.get(0), l.get(1), rotary, null, i < 3).toFloatArray();
    }
    assertArrayEquals(outputs[0], outputs[1]);
    assertFalse(Arrays.equals(outputs[0], outputs[2]));
    assertArrayEquals(outputs[3], outputs[4]);
    assertFalse(Arrays.equals(outputs[0], outputs[3]));
  }

  @Test
  void sizesOutOfRangeAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> Transformer.Settings.of(20, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> Transformer.Settings.of(0, 1, 2));
    assertThrows(IllegalArgumentException.class, () -> Transformer.Settings.of(16, 0, 2));
    assertThrows(IllegalArgumentException.class, () -> Transformer.Settings.of(16, 1, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new Transformer.Settings(16, 1, 2, 4, 0, 1, false));
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> Transformer.Settings.of(18, 1, 2));
    assertTrue(e.getMessage().contains("18"));
  }
}
