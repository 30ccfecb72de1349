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
import resgen.token.Condition;
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

  private static GeneratorTraining training(Recipe recipe, long seed) {
    return new GeneratorTraining(recipe, tokens, tokens.range(0, 100), seed);
  }

  /** Entropy of depth-1 codes given position and class: what is left when context is ignored. */
  private static double entropyWithoutContext() {
    int[] labels = ((Condition.Classes) tokens.condition()).ids();
    double sum = 0;
    for (int p = 0; p < tokens.codes().positions(); p++) {
      double[][] counts = new double[MadeUp.CLASSES][tokens.codebooks().codes()];
      double[] whole = new double[MadeUp.CLASSES];
      for (int i = 0; i < tokens.size(); i++) {
        counts[labels[i]][tokens.codes().get(i, p, 0)]++;
        whole[labels[i]]++;
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
    Recipe tiny =
        Family.of("resgen").preset("tiny").of(tokens.spec(), new ConditionSpec.Classes(2));
    try (GeneratorTraining model = training(tiny, 4);
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
    Recipe recipe = MadeUp.dropout(MadeUp.drop(MadeUp.resgen(tokens.spec()), 0.3), 0.2);
    for (int session = 0; session < 2; session++) {
      try (GeneratorTraining model = training(recipe, 1);
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
