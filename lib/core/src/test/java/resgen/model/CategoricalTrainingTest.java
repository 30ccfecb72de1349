package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Managers;
import resgen.Near;
import resgen.codec.Tokens;
import resgen.head.CategoricalHead;
import resgen.mask.MaskLaw;
import resgen.mask.Schedule;
import resgen.noise.Noise;
import resgen.reference.DepthMask;
import resgen.reference.Hypergeometric;
import resgen.reference.MaskBatch;
import resgen.token.Batches;
import resgen.token.TokenSpec;
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

  private static Recipe settings(boolean depthwise, double drop) {
    MaskLaw law = depthwise ? MaskLaw.depthwise() : MaskLaw.prefix();
    return MadeUp.drop(MadeUp.categorical(tokens.spec(), law), drop);
  }

  private static GeneratorTraining training(Recipe recipe) {
    return new GeneratorTraining(recipe, tokens, tokens.range(0, 100), 1);
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
    Recipe tiny =
        Family.of(depthwise ? "depthwise-maskgit" : "direct-tokens")
            .preset("tiny")
            .of(tokens.spec(), new ConditionSpec.Classes(2));
    try (GeneratorTraining model = training(tiny);
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
      try (GeneratorTraining model = training(settings(depthwise, 0.3));
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

  private static Map<String, float[]> gradients(GeneratorTraining model, int parts) {
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
    try (GeneratorTraining whole = training(settings(depthwise, 0.3));
        GeneratorTraining parts = training(settings(depthwise, 0.3))) {
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
    try (GeneratorTraining model = training(settings(depthwise, 0))) {
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
      GeneratorTraining model, boolean depthwise, Training run, long step) {
    Noise noise = Noise.of(1).fork(depthwise ? "depthwise" : "direct").fork("masks");
    int[] images = Batches.of(tokens.size(), run.batch(), run.seed()).indices(step);
    double sum = 0;
    int count = 0;
    for (int b = 0; b < images.length; b++) {
      Noise.Stream stream = noise.stream(step, b);
      DepthMask mask =
          depthwise ? depthwise(stream) : MaskBatch.drawOne(Schedule.circle(), 4, 2, stream);
      int[] visible = mask.visibleCounts();
      int least = Arrays.stream(visible).min().getAsInt();
      double[][][] logP = logP(model.model(), images[b], visible);
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

  /** A depth, then how many positions are masked there, then which. */
  private static DepthMask depthwise(Noise.Stream noise) {
    int depth = noise.nextInt(2);
    int n = Schedule.circle().trainingCount(noise.nextDouble(), 4);
    int[] masked = Hypergeometric.sample(new int[] {1, 1, 1, 1}, n, noise);
    return DepthMask.ofVisible(Arrays.stream(masked).map(k -> depth + 1 - k).toArray(), 2);
  }

  private static double[][][] logP(Model model, int image, int[] visible) {
    TokenSpec shape = tokens.spec();
    int l = shape.positions();
    float[] logits =
        Torch.scoped(
            () ->
                ((CategoricalHead) model.head())
                    .logits(
                        MadeUp.hidden(
                            model, tokens.codes().rows(image), visible, tokens.labels(image)))
                    .toFloatArray());
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
}
