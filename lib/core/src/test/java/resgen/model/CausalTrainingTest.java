package resgen.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDArray;
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
import resgen.head.Objective;
import resgen.head.Target;
import resgen.mask.Mask;
import resgen.mask.Schedule;
import resgen.noise.Keys;
import resgen.noise.Noise;
import resgen.token.Batches;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Run;
import resgen.train.Trainer;
import resgen.train.Training;

class CausalTrainingTest {

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

  private static GeneratorTraining training(boolean rq) {
    Preset tiny = Family.of(rq ? "rq-transformer" : "ar-resgen").preset("tiny");
    Recipe recipe = tiny.of(tokens.spec(), new ConditionSpec.Classes(MadeUp.CLASSES));
    return new GeneratorTraining(recipe, tokens, tokens.range(0, 100), 1);
  }

  /** Entropy of the codes of one depth given position and class, in nats. */
  private static double unigramEntropy(int depth) {
    int[] labels = ((Condition.Classes) tokens.condition()).ids();
    double sum = 0;
    for (int p = 0; p < tokens.codes().positions(); p++) {
      double[][] counts = new double[MadeUp.CLASSES][tokens.codebooks().codes()];
      double[] whole = new double[MadeUp.CLASSES];
      for (int i = 0; i < tokens.size(); i++) {
        counts[labels[i]][tokens.codes().get(i, p, depth)]++;
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

  private static List<Map<String, Double>> train(boolean rq, int steps) {
    Training run = Training.steps(steps).batch(16).learningRate(5e-3).every(50, steps, steps);
    List<Long> arrays = new ArrayList<>();
    try (GeneratorTraining model = training(rq);
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
      try (GeneratorTraining model = training(rq);
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
    try (GeneratorTraining model = training(rq)) {
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

  /** Masked depths of each position under γ, {@code [B·L]}. */
  private static int[] masked(Schedule schedule, int batch, int depth, Noise noise) {
    TokenSpec spec = MadeUp.spec(depth, 2, 2);
    Model model = MadeUp.model(manager, MadeUp.ar(spec), 1);
    Objective how = MadeUp.ar(spec).objective();
    Keys keys =
        Keys.of(
            noise,
            Torch.longs(manager, new int[] {0}, 1),
            manager.arange(0, batch, 1, ai.djl.ndarray.types.DataType.INT64));
    int[] lengths = new int[batch];
    java.util.Arrays.fill(lengths, spec.positions());
    Mask mask =
        model.masks(
            new Objective(schedule, 0, how.bound()), keys, Torch.longs(manager, lengths, batch));
    int[] counts = new int[batch * spec.positions()];
    long[] visible = Torch.counts(mask.visible());
    for (int i = 0; i < counts.length; i++) {
      counts[i] = depth - (int) visible[i];
    }
    return counts;
  }

  /** With the linear schedule and D = 4, k is uniform on 1 … 4 at every position by itself. */
  @Test
  void masksAreDrawnForEachPositionByItself() {
    int batch = 4000;
    int[] masked = masked(Schedule.linear(), batch, 4, Noise.of(1));
    int[][] counts = new int[5][5];
    for (int b = 0; b < batch; b++) {
      counts[masked[4 * b]][masked[4 * b + 1]]++;
      Noise.Stream noise = Noise.of(1).stream(0, b);
      for (int p = 0; p < 4; p++) {
        assertEquals(Schedule.linear().trainingCount(noise.nextDouble(), 4), masked[4 * b + p]);
      }
    }
    for (int a = 0; a <= 4; a++) {
      for (int b = 0; b <= 4; b++) {
        double expected = a == 0 || b == 0 ? 0 : batch / 16.0;
        assertEquals(expected, counts[a][b], 5 * Math.sqrt(expected), a + " and " + b);
      }
    }
    assertArrayEquals(
        java.util.Arrays.copyOf(masked, 8), masked(Schedule.linear(), 2, 4, Noise.of(1)));
  }

  private static Recipe manyMasks(int further) {
    Recipe recipe = MadeUp.ar(tokens.spec());
    Objective one = new Objective(Schedule.linear(), 0, recipe.objective().bound());
    return recipe.objective(one.furtherMasks(further));
  }

  private static Mask masks(Model model, Objective how, int[] samples) {
    int[] lengths = new int[samples.length];
    java.util.Arrays.fill(lengths, tokens.codes().positions());
    Keys keys =
        Keys.of(
            Noise.of(5).fork("ar-resgen").fork("masks"),
            Torch.longs(manager, new int[] {0}, 1),
            manager.arange(0, samples.length, 1, ai.djl.ndarray.types.DataType.INT64));
    return model.masks(how, keys, Torch.longs(manager, lengths, samples.length));
  }

  /** With the linear schedule and as many masks as depths, each position is at every level once. */
  @Test
  void furtherMasksFallOnOtherDepths() {
    TokenSpec spec = MadeUp.spec(4, 2, 2);
    Model model = MadeUp.model(manager, MadeUp.ar(spec), 1);
    Objective one = new Objective(Schedule.linear(), 0, MadeUp.ar(spec).objective().bound());
    int[] samples = new int[6];
    boolean[] first = masks(model, one, samples).visible().toBooleanArray();
    Mask all = masks(model, one.furtherMasks(3), samples);
    assertArrayEquals(first, all.rows(0, 6).visible().toBooleanArray());
    long[] visible = Torch.counts(all.visible()); // [4·6·4]
    for (int at = 0; at < 24; at++) {
      boolean[] seen = new boolean[4];
      for (int i = 0; i < 4; i++) {
        seen[(int) visible[24 * i + at]] = true;
      }
      assertArrayEquals(new boolean[] {true, true, true, true}, seen);
    }
  }

  /** The loss of several masks is that of each by itself, weighted by its tokens. */
  @Test
  void furtherMasksShareTheHiddenStates() {
    Recipe recipe = manyMasks(2);
    Training run = Training.steps(1).batch(8).seed(5);
    int[] samples = Batches.of(tokens.size(), 8, 5).indices(0);
    try (GeneratorTraining training =
        new GeneratorTraining(recipe, tokens, tokens.range(0, 100), 5)) {
      Model model = training.model();
      NDArray codes = Torch.longs(manager, tokens.codes().rows(samples), 8, 4, 2);
      Mask all = masks(model, recipe.objective(), samples);
      double sum = 0;
      double weights = 0;
      for (int i = 0; i < 3; i++) {
        Mask mask = all.rows(8 * i, 8);
        Target target = Target.of(model.codebooks(), codes, mask);
        NDArray hidden =
            model.hidden(
                target,
                model.conditioner().upload(manager, tokens.condition().select(samples)),
                null,
                false);
        double count = mask.tokens().getFloat();
        sum += count * model.head().loss(hidden, target, recipe.objective()).total().getFloat();
        weights += count;
      }
      assertEquals(sum / weights, training.loss(run, 0, 0, 8).total().getFloat(), 1e-4);
      double parts = 0;
      for (int from = 0; from < 8; from += 2) {
        parts += training.loss(run.accumulate(4), 0, from, 2).total().getFloat() / 4;
      }
      assertEquals(sum / weights, parts, 1e-4);
    }
  }

  @Test
  void furtherMasksNeedABackboneThatKnowsNoMask() {
    Recipe masked = MadeUp.resgen(tokens.spec());
    IllegalArgumentException error =
        assertThrows(
            IllegalArgumentException.class,
            () -> masked.objective(masked.objective().furtherMasks(1)));
    assertTrue(error.getMessage().contains("furtherMasks 1"), error.getMessage());
    Recipe rq = MadeUp.rq(tokens.spec());
    assertThrows(
        IllegalArgumentException.class, () -> rq.objective(rq.objective().furtherMasks(1)));
  }

  @Test
  void aDepthTransformerPredictsEveryToken() {
    Model model = MadeUp.model(manager, MadeUp.rq(tokens.spec()), 1);
    NDArray ends = Torch.longs(manager, new int[] {4, 2}, 2);
    Keys keys = Keys.of(Noise.of(1), ends);
    Mask mask = model.masks(MadeUp.rq(tokens.spec()).objective(), keys, ends);
    assertArrayEquals(new long[] {2, 2, 2, 2, 2, 2, 0, 0}, Torch.counts(mask.predicted()));
  }
}
