package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.codec.Tokens;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.Lines;
import resgen.model.MadeUp;
import resgen.model.Model;
import resgen.model.Recipe;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Layout;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/** Sampling with lengths and first tokens that are given. */
class GivenTest {

  private static final int N = 13;
  private static final int L = Lines.L;
  private static final int D = Lines.D;
  private static final Sampling SIX = Sampling.steps(6).guidance(0.1, 1).topP(0.9).seed(4);

  private static NDManager manager;
  private static Tokens tokens;

  @BeforeAll
  static void open() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = Lines.tokens(manager, N);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static Given given() {
    int[] prompts = new int[N];
    Arrays.setAll(prompts, i -> i % 4);
    return new Given(tokens.lengths(), tokens.codes(), prompts);
  }

  private static Recipe recipe(String label) {
    return Lines.of(
        switch (label) {
          case "resgen" -> MadeUp.codes(Lines.spec());
          case "resgen-anchored" -> MadeUp.resgen(Lines.spec());
          case "ar-resgen" -> MadeUp.arCodes(Lines.spec());
          case "rq-transformer" -> MadeUp.rq(Lines.spec());
          case "vall-e" -> MadeUp.staged(Lines.spec());
          case "uniform" -> MadeUp.categorical(Lines.spec(), MaskLaw.uniform());
          case "direct-tokens" -> MadeUp.categorical(Lines.spec(), MaskLaw.prefix());
          default -> MadeUp.categorical(Lines.spec(), MaskLaw.depthwise());
        });
  }

  private static Codes sample(Model model, Sampling settings, Condition condition, Given given) {
    try (TokenSampler sampler = TokenSampler.of(model, settings, false)) {
      return sampler.sample(condition, given, 0, (done, codes) -> {}).codes();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "resgen",
        "resgen-anchored",
        "uniform",
        "direct-tokens",
        "depthwise",
        "ar-resgen",
        "rq-transformer",
        "vall-e"
      })
  void promptsStayAndASampleIsTheSameInAnyBatch(String label) {
    Model model = MadeUp.model(manager, recipe(label), 5);
    Given given = given();
    Sampling way = label.equals("ar-resgen") ? SIX.withSteps(2) : SIX;
    int[] whole = MadeUp.all(sample(model, way.batchSize(N), tokens.condition(), given));
    int[] prompt = MadeUp.all(tokens.codes());
    for (int i = 0; i < N; i++) {
      for (int t = 0; t < L * D; t++) {
        int at = i * L * D + t;
        if (t < given.prompts()[i] * D) {
          assertEquals(prompt[at], whole[at], "prompt of " + i);
        } else if (t >= given.lengths()[i] * D) {
          assertEquals(0, whole[at], "padding of " + i);
        }
      }
    }
    for (int batch : new int[] {1, 5}) {
      assertArrayEquals(
          whole, MadeUp.all(sample(model, way.batchSize(batch), tokens.condition(), given)));
    }
    assertFalse(
        Arrays.equals(whole, MadeUp.all(sample(model, way.seed(5), tokens.condition(), given))));
  }

  /** A causal model draws what follows a prompt as after the same codes of its own. */
  @ParameterizedTest
  @ValueSource(strings = {"ar-resgen", "rq-transformer"})
  void whatFollowsAPromptIsWhatFollowsTheSameCodes(String label) {
    Model model = MadeUp.model(manager, recipe(label), 5);
    Sampling way = SIX.withSteps(2);
    Given lengths = Given.lengths(tokens.lengths(), Lines.spec());
    Codes drawn = sample(model, way, tokens.condition(), lengths);
    int[] prompts = new int[N];
    Arrays.setAll(prompts, i -> i % 4);
    Given begun = new Given(tokens.lengths(), drawn, prompts);
    Codes again = sample(model, way, tokens.condition(), begun);
    assertArrayEquals(MadeUp.all(drawn), MadeUp.all(again));
    Codes other = sample(model, way, tokens.condition(), given());
    int changed = 0;
    for (int i = 1; i < N; i++) {
      int[] one = drawn.rows(i);
      int[] two = other.rows(i);
      for (int t = prompts[i] * D; prompts[i] > 0 && t < tokens.lengths()[i] * D; t++) {
        changed += one[t] == two[t] ? 0 : 1;
      }
    }
    assertTrue(changed > 10, changed + " tokens depend on the prompt");
  }

  @Test
  void callsOfACausalModelAreThoseOfTheLongestSample() {
    Model model = MadeUp.model(manager, recipe("ar-resgen"), 5);
    Given lengths = Given.lengths(tokens.lengths(), Lines.spec()).range(0, 3);
    int longest = Arrays.stream(lengths.lengths()).max().orElseThrow();
    assertTrue(longest < L, "no sample is shorter than the model's longest");
    try (TokenSampler sampler = TokenSampler.of(model, SIX.withSteps(2), false)) {
      TokenSampler.Result made =
          sampler.sample(tokens.condition().range(0, 3), lengths, 0, (done, codes) -> {});
      assertEquals(longest * (1 + 2), made.calls());
      assertEquals(L * (1 + 2), sampler.cost().networkCalls());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"resgen", "ar-resgen", "rq-transformer"})
  void everyTokenBehindAPromptIsDrawn(String label) {
    Model model = MadeUp.model(manager, recipe(label), 5);
    int[] drawn = new int[N * L * D];
    for (long seed = 0; seed < 40; seed++) {
      Sampling way = SIX.withSteps(label.equals("resgen") ? 6 : 2).seed(seed);
      way = label.equals("resgen") ? way.reveal(Reveal.RANDOM) : way;
      int[] codes = MadeUp.all(sample(model, way, tokens.condition(), given()));
      for (int t = 0; t < codes.length; t++) {
        drawn[t] |= 1 << codes[t];
      }
    }
    for (int t = 0; t < drawn.length; t++) {
      int position = t / D % L;
      int i = t / D / L;
      boolean open = position >= given().prompts()[i] && position < given().lengths()[i];
      assertEquals(open, Integer.bitCount(drawn[t]) > 1, "token " + t);
    }
  }

  @Test
  void nothingGivenIsTheSameAsBefore() {
    Model model = MadeUp.model(manager, recipe("resgen"), 5);
    Condition.Timed texts = Lines.texts(N);
    int[] full = new int[N];
    Arrays.fill(full, L);
    Given nothing = Given.lengths(full, Lines.spec());
    assertTrue(nothing.isNothing());
    try (TokenSampler sampler = TokenSampler.of(model, SIX, false)) {
      assertArrayEquals(
          MadeUp.all(sampler.sample(texts, 0).codes()),
          MadeUp.all(sample(model, SIX, texts, nothing)));
    }
  }

  @Test
  void trajectoriesBeginWithWhatIsGiven() {
    Model model = MadeUp.model(manager, recipe("resgen"), 5);
    try (TokenSampler sampler = TokenSampler.of(model, SIX, true)) {
      TokenSampler.Result made =
          sampler.sample(tokens.condition(), given(), 0, (done, codes) -> {});
      Trajectory last = made.trajectories().get(3);
      int[] first = last.steps().get(0).visible();
      assertEquals(D, first[0]);
      assertEquals(D, first[L - 1]);
    }
  }

  private static void refused(String message, Runnable what) {
    String text = assertThrows(IllegalArgumentException.class, what::run).getMessage();
    assertTrue(text.contains(message), text);
  }

  @Test
  void whatDoesNotFitIsNamed() {
    Codes codes = tokens.codes().range(0, 1);
    refused("length 9 of sample 0", () -> new Given(new int[] {9}, codes, new int[1]));
    refused(
        "prompt of 4 positions of sample 0 is not in 0 … 3",
        () -> new Given(new int[] {4}, codes, new int[] {4}));
    refused("1 lengths and 2 prompts", () -> new Given(new int[] {4}, codes, new int[2]));
    Model model = MadeUp.model(manager, recipe("resgen"), 5);
    refused(
        "does not fit 13 samples",
        () -> sample(model, SIX, tokens.condition(), given().range(0, 2)));
  }

  @Test
  void itSaysWhatIsGiven() {
    TokenSpec tokens = new TokenSpec(new Layout.Line(4), 3, 8, 2);
    assertEquals(
        "given of 2 samples: 2 … 4 of 4 positions, the first 0 of 3 depths",
        Given.lengths(new int[] {2, 4}, tokens).toString());
  }
}
