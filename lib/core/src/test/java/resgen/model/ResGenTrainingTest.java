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
import resgen.Managers;
import resgen.codec.Tokens;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Run;
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
    Training run = Training.steps(1000).batch(16).learningRate(5e-3).every(50, 1000, 1000).seed(4);
    List<Long> arrays = new ArrayList<>();
    double start;
    Map<String, Double> end;
    try (ResGenTraining model =
            new ResGenTraining(
                ResGenSettings.tiny(MadeUp.shape(tokens)), tokens, tokens.range(0, 100), 4);
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
      try (ResGenTraining model = training(MadeUp.settings(tokens, 0.3, 0.2, true));
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
}
