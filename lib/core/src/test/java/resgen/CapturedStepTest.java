package resgen;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.model.GeneratorTraining;
import resgen.model.Lines;
import resgen.model.MadeUp;
import resgen.model.Model;
import resgen.model.ModelSpec;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.sample.Given;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.torch.Graphs;
import resgen.torch.RecordedGraphs;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/**
 * Captured steps give the numbers of eager ones bit for bit: what a step knows of its first run is
 * what it needs to know, everything else is in arrays that stay.
 */
class CapturedStepTest {

  private static final Training TRAINING = ResGen.training(60).batch(8).seed(3);

  private static final class Result {
    private final List<Map<String, Double>> rows = new ArrayList<>();
    private final List<float[]> weights = new ArrayList<>();
  }

  private static Recipe recipe(
      String label, Tokens tokens, UnaryOperator<Transformer.Settings> backbone) {
    Recipe recipe = HostTransferTest.recipe(label, tokens);
    ModelSpec m = recipe.model();
    return recipe.model(
        new ModelSpec(
            m.tokens(),
            m.order(),
            backbone.apply(m.backbone()),
            m.head(),
            m.condition(),
            m.precision()));
  }

  private static Result train(
      String label,
      int steps,
      Training training,
      Optional<Path> folder,
      UnaryOperator<Transformer.Settings> backbone) {
    Torch.threads(1);
    Result result = new Result();
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = HostTransferTest.tokens(manager);
      try (GeneratorTraining model =
              new GeneratorTraining(recipe(label, tokens, backbone), tokens, tokens, 1);
          Trainer trainer = new Trainer(model, training, folder, Listener.none())) {
        if (folder.isPresent()) {
          trainer.run();
        }
        for (int i = 0; i < steps; i++) {
          result.rows.add(trainer.oneStep());
        }
        model.parameters().list().forEach(array -> result.weights.add(array.toFloatArray()));
        trainer.ema().averages().values().forEach(a -> result.weights.add(a.toFloatArray()));
      }
    }
    return result;
  }

  private static void assertSame(Result eager, Result captured) {
    assertEquals(eager.rows, captured.rows);
    for (int i = 0; i < eager.weights.size(); i++) {
      assertArrayEquals(eager.weights.get(i), captured.weights.get(i), 0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"resgen", "direct-tokens", "depthwise-maskgit", "rq-transformer", "ar-resgen"})
  void fiftyTrainingStepsAreTheSame(String label) {
    Result eager = train(label, 52, TRAINING, Optional.empty(), b -> b);
    try (RecordedGraphs graphs = RecordedGraphs.install()) {
      assertSame(eager, train(label, 52, TRAINING, Optional.empty(), b -> b));
      assertEquals(2, graphs.captures()); // loss, update
      assertEquals(100, graphs.replays());
      assertEquals(2, graphs.closed());
    }
  }

  @Test
  void aBatchInPartsHasAGraphForEach() {
    Training parts = TRAINING.accumulate(2);
    Result eager = train("resgen", 8, parts, Optional.empty(), b -> b);
    try (RecordedGraphs graphs = RecordedGraphs.install()) {
      assertSame(eager, train("resgen", 8, parts, Optional.empty(), b -> b));
      assertEquals(3, graphs.captures());
    }
  }

  @Test
  void dropoutIsOfTheStep() {
    UnaryOperator<Transformer.Settings> dropout = b -> b.dropout(0.2);
    Result eager = train("resgen", 8, TRAINING, Optional.empty(), dropout);
    assertSame(
        eager,
        RecordedGraphs.during(() -> train("resgen", 8, TRAINING, Optional.empty(), dropout)));
  }

  @Test
  void recomputedBlocksAreCapturedUnlessTheyDrop() {
    UnaryOperator<Transformer.Settings> recompute = b -> b.recompute(true);
    Result eager = train("resgen", 8, TRAINING, Optional.empty(), recompute);
    try (RecordedGraphs graphs = RecordedGraphs.install()) {
      assertSame(eager, train("resgen", 8, TRAINING, Optional.empty(), recompute));
      assertEquals(2, graphs.captures());
      train("resgen", 4, TRAINING, Optional.empty(), b -> b.recompute(true).dropout(0.2));
      assertEquals(2, graphs.captures());
    }
  }

  @Test
  void aRunThatResumesIsTheSame(@TempDir Path folder) {
    Training short1 = ResGen.training(24).batch(8).seed(3).every(5, 6, 7);
    Result eager = train("resgen", 0, short1, Optional.of(folder.resolve("a")), b -> b);
    Result captured =
        RecordedGraphs.during(
            () -> {
              Path own = folder.resolve("b");
              try (NDManager manager = Torch.manager()) {
                Tokens tokens = HostTransferTest.tokens(manager);
                try (GeneratorTraining model =
                        new GeneratorTraining(
                            HostTransferTest.recipe("resgen", tokens), tokens, tokens, 1);
                    Trainer trainer =
                        new Trainer(
                            model,
                            short1,
                            Optional.of(own),
                            (step, of, pace, row) -> {
                              if (step == 10) {
                                Thread.currentThread().interrupt();
                              }
                            })) {
                  trainer.run();
                }
              }
              return train("resgen", 0, short1, Optional.of(own), b -> b);
            });
    assertSame(eager, captured);
  }

  private static Codes sampled(GeneratorTraining model, Condition condition, Sampling way) {
    try (TokenSampler sampler = TokenSampler.of(model.model(), way, false)) {
      sampler.sample(condition.range(0, 8), 0);
      return sampler.sample(condition.range(3, 14), 50).codes(); // the last batch is smaller
    }
  }

  @ParameterizedTest
  @CsvSource({
    "resgen, 6, DISTANCE",
    "resgen, 6, RANDOM",
    "resgen, 6, POSTERIOR",
    "direct-tokens, 6, DISTANCE",
    "depthwise-maskgit, 8, DISTANCE",
    "rq-transformer, 1, DISTANCE",
    "ar-resgen, 2, DISTANCE"
  })
  void samplesAreTheSame(String label, int steps, resgen.mask.Reveal reveal) {
    Torch.threads(1);
    Sampling guided =
        Sampling.steps(steps).guidance(0, 2).topP(0.9).reveal(reveal).seed(2).batchSize(4);
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = HostTransferTest.tokens(manager);
      Recipe recipe = HostTransferTest.recipe(label, tokens);
      try (GeneratorTraining model = new GeneratorTraining(recipe, tokens, tokens, 1)) {
        model.parameters().freeze();
        for (Sampling way : List.of(guided, guided.guidance(0, 0))) {
          Codes eager = sampled(model, tokens.condition(), way);
          try (RecordedGraphs graphs = RecordedGraphs.install()) {
            Codes captured = sampled(model, tokens.condition(), way);
            assertArrayEquals(MadeUp.all(eager), MadeUp.all(captured));
            assertTrue(graphs.replays() > 0);
            assertEquals(graphs.captures(), graphs.closed());
          }
        }
      }
    }
  }

  private static Codes spoken(Model model, Tokens tokens, Sampling way) {
    int[] prompts = new int[tokens.size()];
    Arrays.setAll(prompts, i -> i * 7 % 4);
    Given given = new Given(tokens.lengths(), tokens.codes(), prompts);
    try (TokenSampler sampler = TokenSampler.of(model, way, false)) {
      Condition texts = tokens.condition();
      sampler.sample(texts.range(0, 4), given.range(0, 4), 0, (done, codes) -> {});
      return sampler
          .sample(texts.range(3, 13), given.range(3, 13), 50, (done, codes) -> {})
          .codes();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resgen", "rq-transformer", "ar-resgen"})
  void samplesOfTextsBehindPromptsAreTheSame(String label) {
    Torch.threads(1);
    Sampling way = Sampling.steps(2).guidance(0.5, 1).topP(0.9).seed(2).batchSize(4);
    try (NDManager manager = Torch.manager()) {
      Recipe recipe =
          switch (label) {
            case "resgen" -> MadeUp.codes(Lines.spec());
            case "ar-resgen" -> MadeUp.arCodes(Lines.spec());
            default -> MadeUp.rq(Lines.spec());
          };
      Model model = MadeUp.model(manager, Lines.of(recipe), 5);
      Tokens tokens = Lines.tokens(manager, 13);
      Codes eager = spoken(model, tokens, way);
      try (RecordedGraphs graphs = RecordedGraphs.install()) {
        Codes captured = spoken(model, tokens, way);
        assertArrayEquals(MadeUp.all(eager), MadeUp.all(captured));
        assertTrue(graphs.replays() > 0);
        assertEquals(graphs.captures(), graphs.closed());
      }
    }
  }

  @Test
  void aModelInTrainingIsSampledEagerly() {
    try (NDManager manager = Torch.manager();
        RecordedGraphs graphs = RecordedGraphs.install()) {
      Tokens tokens = HostTransferTest.tokens(manager);
      Recipe recipe = HostTransferTest.recipe("ar-resgen", tokens);
      try (GeneratorTraining model = new GeneratorTraining(recipe, tokens, tokens, 1)) {
        sampled(model, tokens.condition(), Sampling.steps(2).batchSize(4));
      }
      assertEquals(0, graphs.captures());
      assertEquals("none on a CPU", Graphs.describe());
    }
  }
}
