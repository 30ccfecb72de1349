package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
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
import resgen.codec.Tokens;
import resgen.mask.Schedule;
import resgen.noise.Noise;
import resgen.reference.MaskBatch;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

class AutoregressiveTrainingTest {

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

  private static GeneratorTraining<?> training(boolean rq) {
    TokenShape shape = MadeUp.shape(tokens);
    GeneratorSettings settings =
        rq ? RqTransformerSettings.tiny(shape) : ArResGenSettings.tiny(shape);
    return settings.training(tokens, tokens.range(0, 100), 1);
  }

  /** Entropy of the codes of one depth given position and class, in nats. */
  private static double unigramEntropy(int depth) {
    double sum = 0;
    for (int p = 0; p < tokens.codes().positions(); p++) {
      double[][] counts = new double[MadeUp.CLASSES][tokens.codebooks().codes()];
      double[] whole = new double[MadeUp.CLASSES];
      for (int i = 0; i < tokens.size(); i++) {
        counts[tokens.labels()[i]][tokens.codes().get(i, p, depth)]++;
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

  private static List<Map<String, Double>> train(boolean rq, int steps) {
    Training run = Training.steps(steps).batch(16).learningRate(5e-3).every(50, steps, steps);
    List<Long> arrays = new ArrayList<>();
    try (GeneratorTraining<?> model = training(rq);
        Trainer trainer =
            new Trainer(
                model,
                run,
                Optional.empty(),
                (step, of, pace, row) -> arrays.add(Managers.count()))) {
      Torch.withGradients(false, () -> model.validate(run)); // compiles what it needs, for good
      List<Map<String, Double>> rows = trainer.run().rows();
      assertEquals(arrays.get(1), arrays.get(arrays.size() - 1), arrays.toString());
      return rows;
    }
  }

  /** The best there is: 1.39 nats at the first position's depth 1, 2.08 at the random depth. */
  @Test
  void rqTransformerComesBelowTheUnigramEntropy() {
    double ignorant = (unigramEntropy(0) + unigramEntropy(1)) / 2;
    assertEquals((Math.log(4) + Math.log(8)) / 2, ignorant, 0.05);
    List<Map<String, Double>> rows = train(true, 400);
    Map<String, Double> end = rows.get(rows.size() - 1);
    double best = (Math.log(4) + 4 * Math.log(8)) / 8;
    assertTrue(end.get("validation_nll") < ignorant - 0.3, end.toString());
    assertTrue(end.get("validation_nll") > best - 0.1, end.toString());
    assertTrue(end.get("depth1_nll") < unigramEntropy(0) - 0.8, end.toString());
  }

  @Test
  void arResGenLearnsWhatThePositionsBeforeTell() {
    List<Map<String, Double>> rows = train(false, 600);
    Map<String, Double> end = rows.get(rows.size() - 1);
    assertTrue(end.get("loss") < rows.get(0).get("loss") - 0.3, rows.toString());
    assertTrue(end.get("depth1_nll") < unigramEntropy(0) - 0.8, end.toString());
  }

  private byte[] trained(boolean rq, String name, int interruptAt) throws IOException {
    Training run = Training.steps(8).batch(8).accumulate(2).every(1, 3, 2);
    Path at = folder.resolve(name);
    Listener listener =
        (step, steps, pace, row) -> {
          if (step == interruptAt) {
            Thread.currentThread().interrupt();
          }
        };
    for (int session = 0; session < 2; session++) {
      try (GeneratorTraining<?> model = training(rq);
          Trainer trainer =
              new Trainer(model, run, Optional.of(at), session == 0 ? listener : Listener.none())) {
        Run result = trainer.run();
        assertEquals(session == 0 && interruptAt > 0, result.interrupted());
      }
    }
    return Files.readAllBytes(at.resolve("last.safetensors"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptedAndResumedRunEndsWithTheSameBytes(boolean rq) throws IOException {
    byte[] straight = trained(rq, "straight", 0);
    assertArrayEquals(straight, trained(rq, "at 3", 3));
    assertArrayEquals(straight, trained(rq, "at 4", 4));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBatchInPartsHasTheSameLoss(boolean rq) {
    try (GeneratorTraining<?> model = training(rq)) {
      Training whole = Training.steps(1).batch(8);
      Training parts = whole.accumulate(4);
      double once = Torch.scoped(() -> (double) model.loss(whole, 0, 0, 8).total().getFloat());
      double sum = 0;
      for (int from = 0; from < 8; from += 2) {
        int at = from;
        sum += Torch.scoped(() -> model.loss(parts, 0, at, 2).total().getFloat() / 4);
      }
      assertEquals(once, sum, 1e-4);
    }
  }

  /** With the linear schedule and D = 4, k is uniform on 1 … 4 at every position by itself. */
  @Test
  void masksAreDrawnForEachPositionByItself() {
    int batch = 4000;
    MaskBatch masks = ArResGenTraining.masks(Schedule.linear(), batch, 2, 4, Noise.of(1), 0);
    int[][] counts = new int[5][5];
    masks.masks().forEach(m -> counts[m.masked(0)][m.masked(1)]++);
    for (int a = 0; a <= 4; a++) {
      for (int b = 0; b <= 4; b++) {
        double expected = a == 0 || b == 0 ? 0 : batch / 16.0;
        assertEquals(expected, counts[a][b], 5 * Math.sqrt(expected), a + " and " + b);
      }
    }
    MaskBatch again = ArResGenTraining.masks(Schedule.linear(), 2, 2, 4, Noise.of(1), 0);
    assertEquals(masks.masks().subList(0, 2), again.masks());
  }
}
