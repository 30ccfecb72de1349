package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import resgen.Managers;
import resgen.mask.Schedule;
import resgen.model.CausalModel;
import resgen.model.MadeUp;
import resgen.model.Recipe;
import resgen.token.Codes;
import resgen.token.Condition;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

class CausalSamplerTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static final Sampling TWO = Sampling.steps(2).seed(3);

  private static final Condition SIX = MadeUp.classes(Labels.cycle(6, 3));

  private static NDManager manager;
  private static CausalModel rq;
  private static CausalModel ar;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    rq = MadeUp.causal(manager, MadeUp.rq(SHAPE), 7);
    ar = MadeUp.causal(manager, MadeUp.ar(SHAPE), 7);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static CausalSampler sampler(boolean tokens, Sampling settings) {
    return new CausalSampler(tokens ? rq : ar, settings);
  }

  private static int[] codes(boolean tokens, Sampling settings, Labels labels) {
    return MadeUp.all(sampler(tokens, settings).sample(MadeUp.classes(labels), 0).codes());
  }

  @Test
  void samplesAreThoseOfAReferenceThatKeepsNothing() {
    for (Sampling settings :
        List.of(
            TWO,
            TWO.topP(0.7).withSteps(1),
            TWO.guidance(0.5, 3).noiseScale(0.6).drawTemperature(0.6).withSteps(3),
            TWO.guidance(2, 0).topP(0.8).withSteps(3).schedule(Schedule.linear()))) {
      Codes tokens = sampler(true, settings).sample(SIX, 0).codes();
      Codes iterated = sampler(false, settings).sample(SIX, 0).codes();
      for (int i = 0; i < 6; i++) {
        String what = settings + ", sample " + i;
        assertArrayEquals(CausalReference.sample(rq, settings, i % 3, i), tokens.rows(i), what);
        assertArrayEquals(CausalReference.sample(ar, settings, i % 3, i), iterated.rows(i), what);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aSampleDoesNotDependOnBatchOrderOrCount(boolean tokens) {
    Sampling settings = TWO.guidance(0.1, 2).topP(0.9);
    Labels labels = Labels.cycle(8, 3);
    int[] whole = codes(tokens, settings.batchSize(8), labels);
    assertArrayEquals(whole, codes(tokens, settings.batchSize(3), labels));
    assertArrayEquals(whole, codes(tokens, settings.batchSize(1), labels));
    CausalSampler again = sampler(tokens, settings.batchSize(3));
    int[] last = MadeUp.all(again.sample(MadeUp.classes(labels.range(5, 8)), 5).codes());
    assertArrayEquals(Arrays.copyOfRange(whole, 5 * SHAPE.tokens(), whole.length), last);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void guidanceOfVanishingWeightOrWithoutAClassIsNone(boolean tokens) {
    Labels labels = Labels.cycle(20, 2);
    int[] none = codes(tokens, TWO, labels);
    assertArrayEquals(none, codes(tokens, TWO.guidance(1e-12, 1e-12), labels));
    assertFalse(Arrays.equals(none, codes(tokens, TWO.guidance(4, 4), labels)));
    assertFalse(
        Arrays.equals(
            codes(tokens, TWO.guidance(0, 4), labels), codes(tokens, TWO.guidance(4, 4), labels)));
    Labels classless = Labels.repeat(MadeUp.CLASSES, 20);
    assertArrayEquals(codes(tokens, TWO, classless), codes(tokens, TWO.guidance(5, 5), classless));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void seedClassAndIndexChangeASample(boolean tokens) {
    int[] ones = codes(tokens, TWO, Labels.repeat(1, 20));
    assertFalse(Arrays.equals(ones, codes(tokens, TWO, Labels.repeat(0, 20))));
    assertFalse(Arrays.equals(ones, codes(tokens, TWO.seed(4), Labels.repeat(1, 20))));
    int[] later =
        MadeUp.all(sampler(tokens, TWO).sample(MadeUp.classes(Labels.repeat(1, 20)), 20).codes());
    assertFalse(Arrays.equals(ones, later));
    assertEquals(SHAPE.codes(), Arrays.stream(ones).distinct().count(), "all codes occur");
  }

  private static int[] rough(Recipe recipe, Sampling settings, Labels labels) {
    CausalModel model = MadeUp.causal(manager, recipe.precision("bf16"), 7);
    return MadeUp.all(new CausalSampler(model, settings).sample(MadeUp.classes(labels), 0).codes());
  }

  @Test
  void bfloat16DrawsNearlyTheSameCodes() {
    Labels labels = Labels.cycle(200, 3);
    Sampling settings = TWO.guidance(0.5, 1).topP(0.95);
    int[][] rough = {
      rough(MadeUp.rq(SHAPE), settings, labels), rough(MadeUp.ar(SHAPE), settings, labels)
    };
    for (int i = 0; i < 2; i++) {
      int[] exact = codes(i == 0, settings, labels);
      int same = 0;
      for (int t = 0; t < exact.length; t++) {
        same += exact[t] == rough[i][t] ? 1 : 0;
      }
      double share = (double) same / exact.length;
      assertTrue(share > 0.9 && share < 1, i + ": " + share); // by chance 0.25
    }
  }

  @Test
  void theLikeliestCodeAloneLeavesNothingToTheSeed() {
    Sampling sharp = TWO.topP(1e-9).noiseScale(0);
    for (boolean tokens : new boolean[] {true, false}) {
      Labels labels = Labels.repeat(1, 2);
      int[] codes = codes(tokens, sharp, labels);
      assertArrayEquals(codes, codes(tokens, sharp.seed(9), labels));
    }
    int[] cold = codes(true, TWO.drawTemperature(1e-6), Labels.repeat(1, 2));
    assertArrayEquals(codes(true, sharp, Labels.repeat(1, 2)), cold);
  }

  @Test
  void networkCallsAreOnePerPositionAndDepthOrIteration() {
    int l = SHAPE.positions();
    assertEquals(l * (1 + SHAPE.depth()), sampler(true, TWO).cost().networkCalls());
    for (int iterations = 1; iterations <= SHAPE.depth(); iterations++) {
      CausalSampler sampler = sampler(false, TWO.withSteps(iterations));
      assertEquals(l * (1 + iterations), sampler.cost().networkCalls());
      assertEquals(l * (1 + iterations), sampler.sample(MadeUp.classes(0), 0).calls());
    }
    assertEquals(l * (1 + SHAPE.depth()), sampler(true, TWO.withSteps(50)).cost().networkCalls());
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> sampler(false, TWO.withSteps(4)));
    assertTrue(e.getMessage().contains("steps 4"), e.getMessage());
    assertTrue(e.getMessage().contains("3 depths"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptedRunGivesTheFinishedSamples(boolean tokens) {
    List<Integer> finished = new ArrayList<>();
    List<Codes> batches = new ArrayList<>();
    TokenSampler.Result result =
        sampler(tokens, TWO.batchSize(2))
            .sample(
                MadeUp.classes(Labels.cycle(20, 2)),
                0,
                (done, codes) -> {
                  finished.add(done);
                  batches.add(codes);
                  if (done == 6) {
                    Thread.currentThread().interrupt();
                  }
                });
    assertTrue(result.interrupted());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
    assertEquals(List.of(2, 4, 6), finished);
    for (int i = 0; i < 3; i++) {
      assertArrayEquals(result.codes().rows(2 * i, 2 * i + 1), MadeUp.all(batches.get(i)));
    }
    assertArrayEquals(codes(tokens, TWO, Labels.cycle(6, 2)), MadeUp.all(result.codes()));
    assertEquals(0, sampler(tokens, TWO).sample(MadeUp.classes(), 0).codes().size());
  }

  @Test
  void aClassThatThereIsNotIsNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> codes(true, TWO, Labels.of(0, 3)));
    assertTrue(e.getMessage().contains("class 3"), e.getMessage());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void manyCallsLeaveNoArraysBehind(boolean tokens) {
    CausalSampler sampler = sampler(tokens, TWO.guidance(0, 1));
    sampler.sample(MadeUp.classes(0), 0);
    long before = Managers.count();
    for (int i = 0; i < 200; i++) {
      sampler.sample(MadeUp.classes(i % 3), i);
    }
    assertEquals(before, Managers.count());
  }
}
