package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import resgen.Managers;
import resgen.Near;
import resgen.data.Batches;
import resgen.data.Noise;
import resgen.mask.DepthMask;
import resgen.mask.MaskBatch;
import resgen.mask.Schedule;
import resgen.mixture.MixtureHead;
import resgen.mixture.MixtureSettings;
import resgen.nn.Transformer;
import resgen.rvq.Codebooks;
import resgen.tokenizer.Tokens;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainable;
import resgen.train.Trainer;
import resgen.train.Training;

class ResGenTrainingTest {

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

  private static ResGenSettings settings(double classDrop, double dropout, boolean perToken) {
    MixtureSettings.Weights weights = new MixtureSettings.Weights(1, 1, 1, perToken);
    return new ResGenSettings(
        MadeUp.shape(tokens),
        new Transformer.Settings(16, 1, 2, 2, 1, dropout, false),
        MixtureSettings.anchored(8, 0, 4).weights(weights),
        new ResGenSettings.Conditioning(
            4, ResGenSettings.Conditioning.State.INPUT, true, true, classDrop),
        Schedule.circle(),
        "fp32");
  }

  private static ResGenTraining training(ResGenSettings settings) {
    return new ResGenTraining(settings, tokens, tokens.range(0, 100), 1);
  }

  /** Entropy of depth-1 codes given position and class: what is left when context is ignored. */
  private static double entropyWithoutContext() {
    double sum = 0;
    for (int p = 0; p < tokens.codes().positions(); p++) {
      double[][] counts = new double[MadeUp.CLASSES][tokens.codebooks().codes()];
      double[] whole = new double[MadeUp.CLASSES];
      for (int i = 0; i < tokens.size(); i++) {
        counts[tokens.labels()[i]][tokens.codes().get(i, p, 0)]++;
        whole[tokens.labels()[i]]++;
      }
      for (int c = 0; c < whole.length; c++) {
        for (double n : counts[c]) {
          sum -= n == 0 ? 0 : n * Math.log(n / whole[c]);
        }
      }
    }
    return sum / tokens.size() / tokens.codes().positions();
  }

  @Test
  void itLearnsWhatContextTellsAndLeavesNoArraysBehind() {
    double ignorant = entropyWithoutContext();
    assertEquals(Math.log(4), ignorant, 0.05);
    Training run = Training.steps(1000).batch(16).learningRate(5e-3).every(50, 1000, 1000);
    List<Long> arrays = new ArrayList<>();
    double start;
    Map<String, Double> end;
    try (ResGenTraining model = training(ResGenSettings.tiny(MadeUp.shape(tokens)));
        Trainer trainer =
            new Trainer(
                model,
                run,
                Optional.empty(),
                (step, steps, pace, row) -> arrays.add(Managers.count()))) {
      start = Torch.scoped(() -> (double) model.loss(run, 0, 0, 16).total().getFloat());
      List<Map<String, Double>> rows = trainer.run().rows();
      end = rows.get(rows.size() - 1);
    }
    assertTrue(end.get("loss") < start - 0.3, start + " to " + end);
    assertEquals(ignorant, end.get("depth1_all_masked"), 0.2);
    assertTrue(end.get("depth1_one_masked") < ignorant - 0.4, end.toString());
    assertTrue(end.get("context_gain") > 0.4, end.toString());
    assertEquals(arrays.get(1), arrays.get(arrays.size() - 1), arrays.toString());
  }

  private byte[] trained(String name, int interruptAt) throws IOException {
    Training run = Training.steps(8).batch(8).accumulate(2).every(1, 3, 2);
    Path at = folder.resolve(name);
    Listener listener =
        (step, steps, pace, row) -> {
          if (step == interruptAt) {
            Thread.currentThread().interrupt();
          }
        };
    for (int session = 0; session < 2; session++) {
      try (ResGenTraining model = training(settings(0.3, 0.2, true));
          Trainer trainer =
              new Trainer(model, run, Optional.of(at), session == 0 ? listener : Listener.none())) {
        Run result = trainer.run();
        assertEquals(session == 0 && interruptAt > 0, result.interrupted());
        assertEquals(session == 0 && interruptAt > 0 ? interruptAt + 1 : 8, result.steps());
      }
    }
    assertEquals(List.of(2, 4, 6, 8), validated(at.resolve("metrics.csv")));
    return Files.readAllBytes(at.resolve("last.safetensors"));
  }

  /** The steps that have a validation, also those at which the run was interrupted. */
  private static List<Integer> validated(Path metrics) throws IOException {
    List<String> lines = Files.readAllLines(metrics);
    int column = List.of(lines.get(0).split(",")).indexOf("validation_nll");
    return lines.stream()
        .skip(1)
        .map(line -> line.split(",", -1))
        .filter(cells -> !cells[column].isEmpty())
        .map(cells -> Integer.parseInt(cells[0]))
        .toList();
  }

  @Test
  void anInterruptedAndResumedRunEndsWithTheSameBytes() throws IOException {
    byte[] straight = trained("straight", 0);
    assertArrayEquals(straight, trained("at 3", 3));
    assertArrayEquals(straight, trained("at 4", 4));
    for (String name : List.of("at 3", "at 4")) {
      assertArrayEquals(
          Files.readAllBytes(folder.resolve("straight/best.safetensors")),
          Files.readAllBytes(folder.resolve(name + "/best.safetensors")));
    }
  }

  /** Gradients of one step by name, and the loss, of a batch in so many parts. */
  private static Map<String, float[]> gradients(ResGenTraining model, int parts) {
    Training run = Training.steps(10).batch(12).accumulate(parts);
    int size = 12 / parts;
    Map<String, float[]> out = new LinkedHashMap<>();
    Torch.withGradients(
        true,
        () -> {
          float loss = 0;
          for (int from = 0; from < 12; from += size) {
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
      try (ResGenTraining whole = training(settings(0.3, 0, perToken));
          ResGenTraining parts = training(settings(0.3, 0, perToken))) {
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
      try (ResGenTraining model = training(settings(0, 0, perToken))) {
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
          double[] expected = bruteForce(model.network(), run, step, perToken);
          assertArrayEquals(expected, loss, 1e-4, "step " + step);
          assertTrue(loss[0] >= loss[3] - 1e-5, "the bound is above the exact value");
        }
      }
    }
  }

  private static double[] bruteForce(
      ResGenNetwork network, Training run, long step, boolean perToken) {
    int l = tokens.codes().positions();
    int d = tokens.codes().depth();
    Noise masks = Noise.of(1).fork("resgen").fork("masks");
    List<DepthMask> drawn =
        MaskBatch.draw(network.settings().masking(), run.batch(), l, d, masks, step).masks();
    int[] images = Batches.of(tokens.size(), run.batch(), run.seed()).indices(step);
    double[] sums = new double[4];
    double count = 0;
    for (int i = 0; i < images.length; i++) {
      DepthMask mask = drawn.get(i);
      for (int p = 0; p < l; p++) {
        if (mask.masked(p) > 0) {
          double[] one = onePosition(network, images[i], p, mask);
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

  private static double[] onePosition(ResGenNetwork network, int image, int p, DepthMask mask) {
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
          NDManager m = network.manager();
          NDArray hidden =
              network.hidden(
                  Torch.floats(m, seen, 1, l, h),
                  Torch.longs(m, mask.visibleCounts(), 1, l),
                  Torch.longs(m, tokens.labels(image), 1),
                  false);
          MixtureHead.Terms terms =
              network
                  .head()
                  .terms(
                      hidden.get(":, " + p),
                      Torch.floats(m, target, 1, h),
                      Torch.longs(m, new int[] {mask.masked(p) - 1}, 1));
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
      try (ResGenTraining model = training(settings(rate, 0, true))) {
        NDArray table = model.parameters().arrays().get("input.class"); // [classes + 1, W]
        float[] values = table.toFloatArray();
        int width = values.length / (MadeUp.CLASSES + 1);
        Arrays.fill(values, MadeUp.CLASSES * width, values.length, Float.NaN);
        table.set(values);
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
      ResGenSettings settings = settings(0, 0, true);
      settings =
          new ResGenSettings(
              settings.tokens(),
              settings.backbone(),
              settings.mixture().weights(1, 1, share),
              settings.conditioning(),
              settings.masking(),
              "fp32");
      try (ResGenTraining model = training(settings)) {
        MadeUp.stir(model.parameters(), 4);
        assertEquals(share > 0, largestGradient(model, "regression", "backbone") > 0);
        assertTrue(largestGradient(model, "regression", "head.weight") > 0);
        assertTrue(largestGradient(model, "kl", "backbone") > 0);
        assertTrue(largestGradient(model, "kl", "input") > 0);
      }
    }
  }

  private static double largestGradient(ResGenTraining model, String part, String prefix) {
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
              tokens.labels(),
              tokens.classNames(),
              Codebooks.of(manager, books, tokens.codebooks().sigma(), 2, 8, 4),
              tokens.grid(),
              Optional.empty(),
              "collapsed");
      try (ResGenTraining model = new ResGenTraining(settings(0, 0, true), flat, flat, 1)) {
        Training run = Training.steps(10).batch(8);
        float loss = Torch.scoped(() -> model.loss(run, 0, 0, 8).total().getFloat());
        assertTrue(Float.isFinite(loss), zeroFrom + ": " + loss);
      }
    }
  }

  @Test
  void tokenStatisticsAreThoseOfLoops() {
    TokenStatistics statistics = TokenStatistics.of(tokens);
    Codebooks books = tokens.codebooks();
    float[] all = books.array().toFloatArray();
    int d = books.depth();
    int v = books.codes();
    int h = books.dimension();
    for (int k = 1; k <= d; k++) {
      double sum = 0;
      for (int i = 0; i < tokens.size(); i++) {
        for (int p = 0; p < tokens.codes().positions(); p++) {
          for (int n = 0; n < h; n++) {
            double z = 0;
            for (int j = d - k; j < d; j++) {
              z += all[(j * v + tokens.codes().get(i, p, j)) * h + n];
            }
            sum += z * z;
          }
        }
      }
      double mean = sum / tokens.size() / tokens.codes().positions() / h;
      assertEquals(Math.sqrt(mean), statistics.deviation()[k - 1], 1e-5);
      int from = (d - k) * v * h;
      assertArrayEquals(Arrays.copyOfRange(all, from, from + v * h), statistics.anchors()[k - 1]);
    }
  }

  @Test
  void contextGainOfAKnownDistributionIsItsCrossEntropy() {
    try (ResGenTraining model = training(settings(0, 0, true))) {
      Map<String, NDArray> arrays = model.parameters().arrays();
      float[] bias = arrays.get("head.bias").toFloatArray();
      double[] logits = {0.5, -1, 2, 0, 0.3, -0.7, 1, 0.1};
      double whole = 0;
      for (int c = 0; c < 8; c++) {
        bias[c] = (float) logits[c];
        whole += Math.exp(logits[c]);
      }
      arrays.get("head.bias").set(bias);
      arrays.get("head.weight").set(new float[(int) arrays.get("head.weight").size()]);
      double expected = 0;
      int images = 120;
      for (int i = 0; i < images; i++) {
        double p = Math.exp(logits[tokens.codes().get(i, i % 4, 0)]) / whole;
        expected -= Math.log(0.999 * p + 0.001 / 8) / images;
      }
      ContextGain gain = ContextGain.of(model.network(), tokens, images, 0);
      assertEquals(expected, gain.allMasked(), 1e-4);
      assertEquals(expected, gain.oneMasked(), 1e-4);
      assertEquals(0, gain.gain(), 1e-6);
      assertFalse(Double.isNaN(ContextGain.of(model.network(), tokens, 1, 1).gain()));
    }
  }
}
