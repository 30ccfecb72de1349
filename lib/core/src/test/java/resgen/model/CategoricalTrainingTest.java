package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Managers;
import resgen.Near;
import resgen.codec.Tokens;
import resgen.mask.Schedule;
import resgen.noise.Noise;
import resgen.reference.DepthMask;
import resgen.reference.TokenMask;
import resgen.token.Batches;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/** Training of direct tokens and of depthwise MaskGIT. */
class CategoricalTrainingTest {

  private static NDManager manager;
  private static Tokens tokens;
  @TempDir private Path folder;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = MadeUp.tokens(manager, 2, 8, 4, 400);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static GeneratorSettings settings(boolean depthwise, double classDrop) {
    return depthwise
        ? Categorical.depthwise(MadeUp.shape(tokens), classDrop)
        : Categorical.direct(MadeUp.shape(tokens), classDrop);
  }

  private static MaskedTraining<?> training(GeneratorSettings settings) {
    return (MaskedTraining<?>) settings.training(tokens, tokens.range(0, 100), 1);
  }

  /** Entropy of the codes of all depths when nothing is known, in nats a token. */
  private static double unigramEntropy() {
    double sum = 0;
    for (int j = 0; j < tokens.codes().depth(); j++) {
      double[] counts = new double[tokens.codebooks().codes()];
      for (int i = 0; i < tokens.size(); i++) {
        for (int p = 0; p < tokens.codes().positions(); p++) {
          counts[tokens.codes().get(i, p, j)]++;
        }
      }
      double all = Arrays.stream(counts).sum();
      for (double n : counts) {
        sum -= n == 0 ? 0 : n / all * Math.log(n / all);
      }
    }
    return sum / tokens.codes().depth();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void itLearnsMoreThanHowOftenCodesOccurAndLeavesNoArraysBehind(boolean depthwise) {
    Training run = Training.steps(500).batch(16).learningRate(5e-3).every(50, 500, 500);
    List<Long> arrays = new ArrayList<>();
    GeneratorSettings tiny =
        depthwise
            ? DepthwiseMaskGitSettings.tiny(MadeUp.shape(tokens))
            : DirectTokensSettings.tiny(MadeUp.shape(tokens));
    try (MaskedTraining<?> model = training(tiny);
        Trainer trainer =
            new Trainer(
                model,
                run,
                Optional.empty(),
                (step, steps, pace, row) -> arrays.add(Managers.count()))) {
      List<Map<String, Double>> rows = trainer.run().rows();
      Map<String, Double> end = rows.get(rows.size() - 1);
      // Half of the tokens are random: they cost log 8, and at best the others nothing.
      assertTrue(end.get("validation_nll") < unigramEntropy() - 0.3, end.toString());
      assertTrue(end.get("loss") < unigramEntropy() - 0.3, end.toString());
      assertEquals(Math.log(4), end.get("depth1_all_masked"), 0.2);
      // Each step of depthwise MaskGIT has depth 1 in half of the samples only, and learns it
      // later.
      assertTrue(end.get("context_gain") > (depthwise ? 0.02 : 0.2), end.toString());
    }
    assertEquals(arrays.get(1), arrays.get(arrays.size() - 1), arrays.toString());
  }

  private byte[] trained(boolean depthwise, String name, int interruptAt) throws IOException {
    Training run = Training.steps(8).batch(8).accumulate(2).every(1, 3, 2);
    Path at = folder.resolve(name);
    Listener listener =
        (step, steps, pace, row) -> {
          if (step == interruptAt) {
            Thread.currentThread().interrupt();
          }
        };
    for (Listener each : List.of(listener, Listener.none())) {
      try (MaskedTraining<?> model = training(settings(depthwise, 0.3));
          Trainer trainer = new Trainer(model, run, Optional.of(at), each)) {
        trainer.run();
      }
    }
    return Files.readAllBytes(at.resolve("last.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anInterruptedAndResumedRunEndsWithTheSameBytes(boolean depthwise) throws IOException {
    byte[] straight = trained(depthwise, "straight", 0);
    assertArrayEquals(straight, trained(depthwise, "at 3", 3));
  }

  private static Map<String, float[]> gradients(MaskedTraining<?> model, int parts) {
    Training run = Training.steps(10).batch(12).accumulate(parts);
    int size = 12 / parts;
    Map<String, float[]> out = new LinkedHashMap<>();
    Torch.withGradients(
        true,
        () -> {
          for (int from = 0; from < 12; from += size) {
            Torch.backward(model.loss(run, 4, from, size).total().div(parts));
          }
          return null;
        });
    model.parameters().trained().forEach((n, a) -> out.put(n, a.getGradient().toFloatArray()));
    return out;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aBatchInPartsHasTheSameGradient(boolean depthwise) {
    try (MaskedTraining<?> whole = training(settings(depthwise, 0.3));
        MaskedTraining<?> parts = training(settings(depthwise, 0.3))) {
      Map<String, float[]> expected = gradients(whole, 1);
      assertTrue(Arrays.stream(floats(expected.get("head.weight"))).anyMatch(g -> g != 0));
      gradients(parts, 4)
          .forEach((name, values) -> Near.assertNear(expected.get(name), values, 1e-5, name));
    }
  }

  private static double[] floats(float[] values) {
    double[] out = new double[values.length];
    Arrays.setAll(out, i -> values[i]);
    return out;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theLossIsTheMeanOverWhatIsPredicted(boolean depthwise) {
    Training run = Training.steps(10).batch(6);
    try (MaskedTraining<?> model = training(settings(depthwise, 0))) {
      MadeUp.stir(model.parameters(), 3);
      for (long step = 0; step < 3; step++) {
        long at = step;
        double loss = Torch.scoped(() -> (double) model.loss(run, at, 0, 6).total().getFloat());
        assertEquals(plainLoss(model, depthwise, run, step), loss, 1e-4, "step " + step);
      }
    }
  }

  /** Image by image, from the network's hidden states and the head's logits. */
  private static double plainLoss(
      MaskedTraining<?> model, boolean depthwise, Training run, long step) {
    CategoricalNetwork<?> network = (CategoricalNetwork<?>) model.network();
    Noise noise = Noise.of(1).fork(depthwise ? "depthwise" : "direct").fork("masks");
    List<TokenMask> masks = model.masks(run.batch(), noise, step);
    int[] images = Batches.of(tokens.size(), run.batch(), run.seed()).indices(step);
    double sum = 0;
    int count = 0;
    for (int b = 0; b < images.length; b++) {
      DepthMask mask = (DepthMask) masks.get(b);
      int[] visible = mask.visibleCounts();
      int least = Arrays.stream(visible).min().getAsInt();
      double[][][] logP = logP(network, images[b], visible);
      for (int p = 0; p < visible.length; p++) {
        for (int j = visible[p]; j < mask.depths(); j++) {
          if (!depthwise || j == least) {
            sum -= logP[p][j][tokens.codes().get(images[b], p, j)];
            count++;
          }
        }
      }
    }
    return sum / count;
  }

  private static double[][][] logP(CategoricalNetwork<?> network, int image, int[] visible) {
    TokenShape shape = MadeUp.shape(tokens);
    int l = shape.positions();
    float[] logits =
        Torch.scoped(
            () -> {
              NDArray codes = Torch.longs(manager, tokens.codes().rows(image), l, shape.depth());
              NDArray seen = Torch.longs(manager, visible, l);
              NDArray sums = network.codebooks().sums(codes, seen).visible();
              NDArray labels = Torch.longs(manager, tokens.labels(image), 1);
              NDArray hidden =
                  network.backbone().hidden(sums.expandDims(0), seen.expandDims(0), labels, false);
              return network.head().logits(hidden.squeeze(0)).toFloatArray();
            });
    double[][][] out = new double[l][shape.depth()][shape.codes()];
    for (int row = 0; row < l * shape.depth(); row++) {
      double whole = 0;
      for (int v = 0; v < shape.codes(); v++) {
        whole += Math.exp(logits[row * shape.codes() + v]);
      }
      for (int v = 0; v < shape.codes(); v++) {
        out[row / shape.depth()][row % shape.depth()][v] =
            logits[row * shape.codes() + v] - Math.log(whole);
      }
    }
    return out;
  }

  @Test
  void depthwiseMasksHideOneDepthAtSomePositionsAndAllDeeperOnes() {
    TokenShape shape = new TokenShape(2, 3, 4, 4, 2);
    int[] depths = new int[3];
    int[] hidden = new int[5];
    int[] where = new int[4];
    int n = 12_000;
    for (int i = 0; i < n; i++) {
      DepthMask mask =
          DepthwiseMaskGitTraining.mask(Schedule.linear(), shape, Noise.of(4).stream(i));
      int[] visible = mask.visibleCounts();
      int least = Arrays.stream(visible).min().getAsInt();
      assertTrue(Arrays.stream(visible).max().getAsInt() <= least + 1, mask.toString());
      depths[least]++;
      hidden[(int) Arrays.stream(visible).filter(v -> v == least).count()]++;
      for (int p = 0; p < 4; p++) {
        where[p] += visible[p] == least ? 1 : 0;
      }
    }
    for (int count : depths) {
      assertEquals(n / 3.0, count, 5 * Math.sqrt(n * 2 / 9.0));
    }
    assertEquals(0, hidden[0]);
    for (int k = 1; k <= 4; k++) { // ⌈(1 − r)·4⌉ is uniform over 1 … 4
      assertEquals(n / 4.0, hidden[k], 5 * Math.sqrt(n * 3 / 16.0));
    }
    for (int count : where) {
      assertEquals(n * 2.5 / 4, count, 5 * Math.sqrt(n / 4.0));
    }
  }

  @Test
  void contextGainOfAHeadWithoutContextIsNothing() {
    for (boolean depthwise : new boolean[] {false, true}) {
      try (MaskedTraining<?> model = training(settings(depthwise, 0))) {
        Map<String, NDArray> arrays = model.parameters().arrays();
        arrays.get("head.weight").set(new float[(int) arrays.get("head.weight").size()]);
        ContextGain gain = ContextGain.of((CategoricalNetwork<?>) model.network(), tokens, 120);
        assertEquals(Math.log(8), gain.allMasked(), 1e-5);
        assertEquals(0, gain.gain(), 1e-6);
      }
    }
  }
}
