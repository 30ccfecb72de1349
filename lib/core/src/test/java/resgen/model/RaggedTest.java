package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.MaskLaw;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.token.Codes;
import resgen.torch.Torch;
import resgen.train.Training;

/** Samples of fewer than L positions: what their padding holds changes nothing. */
class RaggedTest {

  private static final int SAMPLES = 40;
  private static final int L = 4;
  private static final int D = 2;

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

  /** Lengths 1 … 4, the same codes within them, and others behind them for each seed. */
  private static Tokens tokens(long padding) {
    Tokens whole = MadeUp.tokens(manager, D, 8, 4, SAMPLES);
    int[] codes = MadeUp.all(whole.codes());
    int[] lengths = new int[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
      lengths[i] = 1 + i % L;
      Noise.Stream noise = Noise.of(padding).stream(i);
      for (int t = lengths[i] * D; t < L * D; t++) {
        codes[i * L * D + t] = noise.nextInt(8);
      }
    }
    return new Tokens(
        Codes.of(codes, L, D),
        lengths,
        whole.condition(),
        whole.layout(),
        whole.codebooks(),
        Optional.empty(),
        "ragged");
  }

  private static Recipe recipe(String label, Tokens tokens) {
    return switch (label) {
      case "resgen" -> MadeUp.resgen(tokens.spec());
      case "uniform masks" -> MadeUp.categorical(tokens.spec(), MaskLaw.uniform());
      case "direct-tokens" -> MadeUp.categorical(tokens.spec(), MaskLaw.prefix());
      case "depthwise-maskgit" -> MadeUp.categorical(tokens.spec(), MaskLaw.depthwise());
      case "rq-transformer" -> MadeUp.rq(tokens.spec());
      default -> MadeUp.ar(tokens.spec());
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resgen",
        "uniform masks",
        "direct-tokens",
        "depthwise-maskgit",
        "rq-transformer",
        "ar-resgen"
      })
  void hiddenStatesAndLossDoNotDependOnWhatIsInThePadding(String label) {
    float[][] held = new float[2][];
    float[][] loss = new float[2][];
    Recipe recipe = recipe(label, tokens(1));
    Model model = MadeUp.model(manager, recipe, 3);
    for (int way = 0; way < 2; way++) {
      Tokens tokens = tokens(1 + way);
      int at = way;
      Torch.scoped(
          () -> {
            NDArray codes =
                Torch.longs(manager, MadeUp.all(tokens.codes()), SAMPLES, L, D); // [N, L, D]
            NDArray ends = Torch.longs(manager, tokens.lengths(), SAMPLES);
            NDArray places = manager.arange(0, SAMPLES, 1, ends.getDataType());
            Mask mask = model.masks(recipe.objective(), Keys.of(Noise.of(4), places), ends);
            Target target = Target.of(model.codebooks(), codes, mask);
            NDArray hidden =
                model.hidden(target, MadeUp.conditions(model, tokens.labels(rows())), ends, false);
            float[] all = hidden.toFloatArray();
            int w = all.length / SAMPLES / L;
            float[] own = new float[Arrays.stream(tokens.lengths()).sum() * w];
            for (int i = 0, to = 0; i < SAMPLES; i++) {
              System.arraycopy(all, i * L * w, own, to, tokens.lengths()[i] * w);
              to += tokens.lengths()[i] * w;
            }
            held[at] = own;
            loss[at] =
                new float[] {
                  model.head().loss(hidden, target, recipe.objective()).total().getFloat(),
                  model.head().likelihood(hidden, target).getFloat(),
                  mask.tokens().getFloat()
                };
            boolean[] predicted = mask.predicted().toBooleanArray();
            for (int t = 0; t < predicted.length; t++) {
              boolean inside = t / D % L < tokens.lengths()[t / D / L];
              assertTrue(inside || !predicted[t], "padding is to be predicted");
            }
            return null;
          });
    }
    assertFalse(
        Arrays.equals(MadeUp.all(tokens(1).codes()), MadeUp.all(tokens(2).codes())), "one padding");
    assertArrayEquals(held[0], held[1]);
    assertArrayEquals(loss[0], loss[1]);
  }

  private static int[] rows() {
    int[] rows = new int[SAMPLES];
    Arrays.setAll(rows, i -> i);
    return rows;
  }

  /** Start, loss, gradients and validation of a training step. */
  private static Map<String, float[]> step(String label, long padding) {
    Tokens tokens = tokens(padding);
    Training run = Training.steps(10).batch(12);
    Map<String, float[]> out = new LinkedHashMap<>();
    try (GeneratorTraining training =
        new GeneratorTraining(recipe(label, tokens), tokens, tokens, 1)) {
      training
          .parameters()
          .arrays()
          .forEach((name, array) -> out.put("start of " + name, array.toFloatArray()));
      Torch.withGradients(
          true,
          () -> {
            NDArray total = training.loss(run, 0, 0, 12).total();
            Torch.backward(total);
            out.put("loss", total.toFloatArray());
            return null;
          });
      training
          .parameters()
          .trained()
          .forEach((name, a) -> out.put("gradient of " + name, a.getGradient().toFloatArray()));
      Torch.withGradients(false, () -> training.validate(run))
          .forEach((name, value) -> out.put(name, new float[] {value.floatValue()}));
    }
    return out;
  }

  @ParameterizedTest
  @ValueSource(strings = {"resgen", "depthwise-maskgit", "rq-transformer", "ar-resgen"})
  void neitherDoStartGradientsAndValidation(String label) {
    Map<String, float[]> one = step(label, 1);
    Map<String, float[]> other = step(label, 2);
    assertEquals(one.keySet(), other.keySet());
    one.forEach((name, values) -> resgen.Near.assertNear(values, other.get(name), 1e-6, name));
    for (String name : List.of("validation_nll", "loss")) {
      assertTrue(Float.isFinite(one.get(name)[0]), name);
    }
    assertTrue(
        one.keySet().stream().anyMatch(name -> name.startsWith("depth1")), one.keySet().toString());
  }
}
