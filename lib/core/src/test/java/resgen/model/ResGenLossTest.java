package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Test;
import resgen.Near;
import resgen.codec.Tokens;
import resgen.head.MixtureHead;
import resgen.mask.Schedule;
import resgen.noise.Noise;
import resgen.quantize.Codebooks;
import resgen.reference.DepthMask;
import resgen.reference.MaskBatch;
import resgen.token.Batches;
import resgen.torch.Torch;
import resgen.train.Trainable;
import resgen.train.Training;

class ResGenLossTest {

  private static NDManager manager;
  private static Tokens tokens;

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

  private static GeneratorTraining training(Recipe recipe) {
    return new GeneratorTraining(recipe, tokens, tokens.range(0, 100), 1);
  }

  /** ResGen whose conditions are dropped so often, by token or by position. */
  private static Recipe recipe(double drop, boolean perToken) {
    Recipe usual = MadeUp.drop(MadeUp.resgen(tokens.spec()), drop);
    return MadeUp.bound(usual, usual.objective().bound().perToken(perToken));
  }

  /** Gradients of one step by name, and the loss, of a batch in so many parts. */
  private static Map<String, float[]> gradients(GeneratorTraining model, int parts) {
    Training run = Training.steps(10).batch(12).accumulate(parts);
    int size = 12 / parts;
    Map<String, float[]> out = new LinkedHashMap<>();
    Torch.withGradients(
        true,
        () -> {
          float loss = 0;
          for (int from = 0; from < 12; from += size) {
            Torch.seed(3); // as the trainer does
            NDArray total = model.loss(run, 4, from, size).total().div(parts);
            Torch.backward(total);
            loss += total.getFloat();
          }
          out.put("loss", new float[] {loss});
          return null;
        });
    model.parameters().trained().forEach((n, a) -> out.put(n, a.getGradient().toFloatArray()));
    return out;
  }

  @Test
  void aBatchInPartsHasTheSameLossAndGradient() {
    for (boolean perToken : new boolean[] {true, false}) {
      try (GeneratorTraining whole = training(recipe(0.3, perToken));
          GeneratorTraining parts = training(recipe(0.3, perToken))) {
        MadeUp.stir(whole.parameters(), 2);
        MadeUp.stir(parts.parameters(), 2);
        Map<String, float[]> expected = gradients(whole, 1);
        gradients(parts, 4)
            .forEach((name, values) -> Near.assertNear(expected.get(name), values, 1e-5, name));
      }
    }
  }

  @Test
  void partsOfABatchDropWhatTheBatchDrops() {
    Recipe recipe = MadeUp.dropout(recipe(0.3, true), 0.3);
    for (boolean recompute : new boolean[] {false, true}) {
      Recipe own = MadeUp.recompute(recipe, recompute);
      try (GeneratorTraining whole = training(own);
          GeneratorTraining parts = training(own)) {
        MadeUp.stir(whole.parameters(), 2);
        MadeUp.stir(parts.parameters(), 2);
        Map<String, float[]> expected = gradients(whole, 1);
        gradients(parts, 4)
            .forEach((name, values) -> Near.assertNear(expected.get(name), values, 1e-5, name));
      }
    }
  }

  @Test
  void theLossIsThatOfThePositionsWithMaskedTokensAndTheirSums() {
    Training run = Training.steps(10).batch(6);
    for (boolean perToken : new boolean[] {true, false}) {
      try (GeneratorTraining model = training(recipe(0, perToken))) {
        MadeUp.stir(model.parameters(), 3);
        for (long step = 0; step < 3; step++) {
          long at = step;
          double[] loss =
              Torch.scoped(
                  () -> {
                    Trainable.Loss l = model.loss(run, at, 0, 6);
                    return new double[] {
                      l.total().getFloat(),
                      l.parts().get("regression").getFloat(),
                      l.parts().get("kl").getFloat(),
                      l.parts().get("nll").getFloat()
                    };
                  });
          double[] expected = bruteForce(model.model(), run, step, perToken);
          assertArrayEquals(expected, loss, 1e-4, "step " + step);
          assertTrue(loss[0] >= loss[3] - 1e-5, "the bound is above the exact value");
        }
      }
    }
  }

  private static double[] bruteForce(Model model, Training run, long step, boolean perToken) {
    int l = tokens.codes().positions();
    int d = tokens.codes().depth();
    Noise masks = Noise.of(1).fork("resgen").fork("masks");
    List<DepthMask> drawn =
        MaskBatch.draw(Schedule.circle(), run.batch(), l, d, masks, step).masks();
    int[] images = Batches.of(tokens.size(), run.batch(), run.seed()).indices(step);
    double[] sums = new double[4];
    double count = 0;
    for (int i = 0; i < images.length; i++) {
      DepthMask mask = drawn.get(i);
      for (int p = 0; p < l; p++) {
        if (mask.masked(p) > 0) {
          double[] one = onePosition(model, images[i], p, mask);
          for (int k = 0; k < 3; k++) {
            sums[k + 1] += one[k];
          }
          count += perToken ? mask.masked(p) : 1;
        }
      }
    }
    sums[0] = sums[1] + sums[2];
    double tokensOrPositions = count;
    return Arrays.stream(sums).map(sum -> sum / tokensOrPositions).toArray();
  }

  private static double[] onePosition(Model model, int image, int p, DepthMask mask) {
    int l = mask.positions();
    int h = tokens.codebooks().dimension();
    float[] seen = new float[l * h];
    float[] target = new float[h];
    float[] books = tokens.codebooks().array().toFloatArray();
    int v = tokens.codebooks().codes();
    for (int q = 0; q < l; q++) {
      for (int j = 0; j < mask.depths(); j++) {
        for (int k = 0; k < h; k++) {
          float e = books[(j * v + tokens.codes().get(image, q, j)) * h + k];
          seen[q * h + k] += mask.isVisible(q, j) ? e : 0;
          target[k] += q == p && !mask.isVisible(q, j) ? e : 0;
        }
      }
    }
    return Torch.scoped(
        () -> {
          MaskedModel masked = (MaskedModel) model;
          NDManager m = model.manager();
          NDArray hidden =
              masked.hidden(
                  Torch.floats(m, seen, 1, l, h),
                  MadeUp.prefixes(m, mask.visibleCounts(), l, mask.depths()),
                  MadeUp.conditions(model, tokens.labels(image)),
                  null,
                  false);
          MixtureHead.Terms terms =
              ((MixtureHead) model.head())
                  .terms(
                      hidden.get(":, " + p),
                      Torch.floats(m, target, 1, h),
                      Torch.longs(m, new int[] {mask.masked(p) - 1}, 1),
                      MadeUp.resgen(tokens.spec()).objective().bound());
          return new double[] {
            terms.regression().getFloat(0),
            terms.divergence().getFloat(0),
            terms.exact().getFloat(0)
          };
        });
  }

  @Test
  void classesAreDroppedAtTheChosenRate() {
    Training run = Training.steps(600).batch(1);
    for (double rate : new double[] {0, 0.3}) {
      try (GeneratorTraining model = training(recipe(rate, true))) {
        NDArray table = model.parameters().arrays().get("input.class"); // [classes + 1, W]
        float[] values = table.toFloatArray();
        int width = values.length / (MadeUp.CLASSES + 1);
        Arrays.fill(values, MadeUp.CLASSES * width, values.length, Float.NaN);
        Torch.copy(values, table);
        int dropped = 0;
        for (long step = 0; step < 400; step++) {
          long at = step;
          float loss = Torch.scoped(() -> model.loss(run, at, 0, 1).total().getFloat());
          dropped += Float.isNaN(loss) ? 1 : 0;
        }
        assertEquals(rate, dropped / 400.0, rate == 0 ? 0 : 0.07);
      }
    }
  }

  @Test
  void withoutAGradientOfTheMeansTheRegressionDoesNotReachTheBackbone() {
    for (double share : new double[] {0, 1}) {
      Recipe recipe = recipe(0, true);
      recipe = MadeUp.bound(recipe, recipe.objective().bound().weights(1, 1, share));
      try (GeneratorTraining model = training(recipe)) {
        MadeUp.stir(model.parameters(), 4);
        assertEquals(share > 0, largestGradient(model, "regression", "backbone") > 0);
        assertTrue(largestGradient(model, "regression", "head.weight") > 0);
        assertTrue(largestGradient(model, "kl", "backbone") > 0);
        assertTrue(largestGradient(model, "kl", "input") > 0);
      }
    }
  }

  private static double largestGradient(GeneratorTraining model, String part, String prefix) {
    model.parameters().trained().values().forEach(a -> a.getGradient().subi(a.getGradient()));
    Training run = Training.steps(10).batch(4);
    Torch.withGradients(
        true,
        () -> {
          Torch.backward(model.loss(run, 0, 0, 4).parts().get(part));
          return null;
        });
    double largest = 0;
    for (Map.Entry<String, NDArray> e : model.parameters().trained().entrySet()) {
      if (e.getKey().startsWith(prefix)) {
        for (float g : e.getValue().getGradient().toFloatArray()) {
          largest = Math.max(largest, Math.abs(g));
        }
      }
    }
    return largest;
  }

  @Test
  void collapsedCodebooksGiveAFiniteLoss() {
    for (int zeroFrom : new int[] {0, 32}) { // all depths, the last one
      float[] books = tokens.codebooks().array().toFloatArray();
      Arrays.fill(books, zeroFrom, books.length, 0);
      Tokens flat =
          new Tokens(
              tokens.codes(),
              tokens.lengths(),
              tokens.condition(),
              tokens.layout(),
              Codebooks.of(manager, books, tokens.codebooks().sigma(), 2, 8, 4),
              Optional.empty(),
              "collapsed");
      try (GeneratorTraining model = new GeneratorTraining(recipe(0, true), flat, flat, 1)) {
        Training run = Training.steps(10).batch(8);
        float loss = Torch.scoped(() -> model.loss(run, 0, 0, 8).total().getFloat());
        assertTrue(Float.isFinite(loss), zeroFrom + ": " + loss);
      }
    }
  }
}
