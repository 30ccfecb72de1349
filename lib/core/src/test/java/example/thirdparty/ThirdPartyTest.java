package example.thirdparty;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.codec.Tokens;
import resgen.head.HeadSpec;
import resgen.head.Objective;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.model.ConditionSpec;
import resgen.model.GeneratorTraining;
import resgen.model.MadeUp;
import resgen.model.ModelSpec;
import resgen.model.Order;
import resgen.model.Recipe;
import resgen.nn.Transformer;
import resgen.noise.Noise;
import resgen.sample.Sampling;
import resgen.sample.TokenSampler;
import resgen.settings.Json;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.TokenSpec;
import resgen.torch.Torch;
import resgen.train.Listener;
import resgen.train.Trainer;
import resgen.train.Training;

/** Somebody else's mask law and head, trained, sampled from, written and read. */
class ThirdPartyTest {

  @BeforeAll
  static void register() {
    Torch.threads(1);
    MaskLaw.register(new Program.Columns("columns"));
    Json.register(HeadSpec.class, Program.Unigram.class);
  }

  private static Recipe recipe(TokenSpec tokens, MaskLaw law, HeadSpec head) {
    return new Recipe(
        new ModelSpec(
            tokens,
            Order.Masked.usual().masks(law),
            Transformer.Settings.of(16, 1, 2),
            head,
            new ConditionSpec.None(),
            "fp32"),
        new Objective(Schedule.linear(), 0, null));
  }

  /**
   * Codes of two depths, the first of which is 1 three times as often as 0, the second always 2.
   */
  private static Tokens tokens(NDManager manager) {
    int n = 200;
    int[] codes = new int[n * 8];
    Noise.Stream noise = Noise.of(1).stream(2);
    for (int i = 0; i < codes.length; i++) {
      codes[i] = i % 2 == 1 ? 2 : noise.nextInt(4) == 0 ? 0 : 1;
    }
    Tokens like = MadeUp.tokens(manager, 2, 4, 2, n);
    return Tokens.of(
        Codes.of(codes, 4, 2),
        new Condition.None(n),
        like.layout(),
        like.codebooks(),
        Optional.empty(),
        "third party");
  }

  @Test
  void theLawAndTheHeadAreTrainedAndSampledFrom() {
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = tokens(manager);
      Training run = Training.steps(300).batch(16).learningRate(0.1).every(100, 300, 300);
      Recipe recipe =
          recipe(tokens.spec(), new Program.Columns("columns"), new Program.Unigram(0.01));
      try (GeneratorTraining training =
              new GeneratorTraining(recipe, tokens, tokens.range(0, 100), 1);
          Trainer trainer = new Trainer(training, run, Optional.empty(), Listener.none())) {
        List<Map<String, Double>> rows = trainer.run().rows();
        double best = -(0.25 * Math.log(0.25) + 0.75 * Math.log(0.75)) / 2;
        Map<String, Double> end = rows.get(rows.size() - 1);
        assertEquals(best, end.get("validation_nll"), 0.05, end.toString());
        assertFalse(end.containsKey("context_gain"), "a head that does not tell log-probabilities");
        Sampling settings = Sampling.steps(3).reveal(Reveal.RANDOM).batchSize(100);
        TokenSampler sampler = TokenSampler.of(training.model(), settings, false);
        assertTrue(Double.isNaN(sampler.cost().flops()), "a head that does not tell operations");
        Codes made = sampler.sample(new Condition.None(200), 0).codes();
        int ones = 0;
        for (int i = 0; i < 200; i++) {
          for (int p = 0; p < 4; p++) {
            ones += made.get(i, p, 0) == 1 ? 1 : 0;
          }
        }
        assertEquals(0.75, ones / 800.0, 0.08);
      }
    }
  }

  /** Either part goes with those of the library. */
  @Test
  void theLawGoesWithAnotherHeadAndTheHeadWithAnotherLaw() {
    try (NDManager manager = Torch.manager()) {
      Tokens tokens = tokens(manager);
      for (Recipe recipe :
          List.of(
              recipe(tokens.spec(), new Program.Columns("columns"), new HeadSpec.Categorical()),
              recipe(tokens.spec(), MaskLaw.uniform(), new Program.Unigram(1)))) {
        try (GeneratorTraining training = new GeneratorTraining(recipe, tokens, tokens, 1)) {
          float loss =
              Torch.scoped(
                  () -> training.loss(Training.steps(1).batch(8), 0, 0, 8).total().getFloat());
          assertTrue(Float.isFinite(loss) && loss > 0, recipe + ": " + loss);
        }
      }
    }
  }

  @Test
  void settingsAreWrittenAndReadWithBoth() {
    TokenSpec tokens = MadeUp.spec(2, 4, 2);
    Recipe recipe = recipe(tokens, new Program.Columns("columns"), new Program.Unigram(0.5));
    String json = Json.line(recipe);
    assertTrue(json.contains("\"masks\":\"columns\""), json);
    assertTrue(json.contains("{\"type\":\"Unigram\",\"deviation\":0.5}"), json);
    assertEquals(recipe, Recipe.read(json));
    assertSame(MaskLaw.parse("columns"), MaskLaw.parse("columns"));
    assertEquals("masked-unigram", recipe.model().label());
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> recipe.objective(new Objective(null, 0, null)));
    assertTrue(e.getMessage().contains("objective.masking is missing"), e.getMessage());
  }
}
