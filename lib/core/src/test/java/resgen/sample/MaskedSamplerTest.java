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
import org.junit.jupiter.params.provider.EnumSource;
import resgen.Managers;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.mask.UnmaskPlan;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

class MaskedSamplerTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static final Sampling FIVE = Sampling.steps(5).temperature(1).seed(3);

  private static NDManager manager;
  private static MaskedModel network;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    network = MadeUp.masked(manager, MadeUp.resgen(SHAPE), 7);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static MaskedSampler.Result run(Sampling settings, Labels labels, long first) {
    return new MaskedSampler(network, settings, true).sample(MadeUp.classes(labels), first);
  }

  private static int[] codes(Sampling settings, int count) {
    return MadeUp.all(run(settings, Labels.cycle(count, 2), 0).codes());
  }

  @ParameterizedTest
  @EnumSource(Reveal.class)
  void exactlyThePlannedTokensAreMaskedAfterEachStep(Reveal reveal) {
    List<Schedule> schedules =
        List.of(
            Schedule.circle(),
            Schedule.cosine(),
            Schedule.exp(),
            Schedule.expFull(),
            Schedule.superellipse(3),
            Schedule.power(2),
            Schedule.linear());
    for (Schedule schedule : schedules) {
      for (int steps : new int[] {1, 4, 16}) {
        Sampling settings = FIVE.withSteps(steps).schedule(schedule).reveal(reveal);
        UnmaskPlan plan = settings.plan(SHAPE.tokens());
        MaskedSampler.Result result = run(settings, Labels.of(0, 1, 2), 0);
        assertEquals(plan.calls(), result.calls());
        assertEquals(3, result.trajectories().size());
        result.trajectories().forEach(t -> follows(plan, t));
      }
    }
  }

  private static void follows(UnmaskPlan plan, Trajectory trajectory) {
    assertEquals(plan.calls(), trajectory.steps().size());
    int[] before = new int[SHAPE.positions()];
    int at = 0;
    for (int t = 1; t <= plan.steps(); t++) {
      if (plan.isCall(t)) {
        Trajectory.Step step = trajectory.steps().get(at++);
        assertEquals(t, step.number());
        int[] after = step.visible();
        assertEquals(SHAPE.tokens() - plan.maskedAfter(t), Arrays.stream(after).sum());
        for (int p = 0; p < after.length; p++) {
          assertTrue(after[p] >= before[p] && after[p] <= SHAPE.depth(), "hidden again");
        }
        before = after;
      }
    }
    assertEquals(SHAPE.tokens(), Arrays.stream(before).sum());
  }

  /** Recorded: what the plain sampler reveals in each step, and the sums of its terms there. */
  @Test
  void whatIsRecordedIsWhatAlgorithm2Does() {
    Sampling settings = FIVE.guidance(0.5, 2).topP(0.9);
    MaskedSampler.Result result = run(settings, Labels.cycle(6, 3), 0);
    for (int i = 0; i < 6; i++) {
      ReferenceSampler reference = new ReferenceSampler(network, settings);
      reference.sample(i % 3, i);
      Trajectory expected = reference.trajectory();
      Trajectory recorded = result.trajectories().get(i);
      assertEquals(expected.steps().size(), recorded.steps().size());
      for (int s = 0; s < expected.steps().size(); s++) {
        assertArrayEquals(
            expected.steps().get(s).visible(), recorded.steps().get(s).visible(), "step " + s);
        float[] scores = expected.steps().get(s).confidence();
        for (int k = 0; k < scores.length; k++) {
          float found = recorded.steps().get(s).confidence()[k];
          float allowed = Float.isNaN(scores[k]) ? 0 : 1e-4f * Math.abs(scores[k]) + 1e-3f;
          assertEquals(scores[k], found, allowed, "step " + s);
        }
      }
    }
    assertTrue(
        new MaskedSampler(network, settings, false)
            .sample(MadeUp.classes(0), 0)
            .trajectories()
            .isEmpty());
    for (Trajectory random : run(settings.reveal(Reveal.RANDOM), Labels.of(0), 0).trajectories()) {
      for (Trajectory.Step step : random.steps()) {
        for (float c : step.confidence()) {
          assertTrue(Float.isNaN(c), "a random order has no confidence");
        }
      }
    }
  }

  @Test
  void anEmptyStepIsSkippedOrTakenAsChosen() {
    Sampling settings = FIVE.withSteps(40);
    int skipped = run(settings, Labels.of(0), 0).trajectories().get(0).steps().size();
    Sampling all = settings.skipEmpty(false);
    MaskedSampler.Result taken = run(all, Labels.of(0), 0);
    assertTrue(skipped <= SHAPE.tokens(), "calls that reveal nothing: " + skipped);
    assertEquals(40, taken.calls());
    assertEquals(40, taken.trajectories().get(0).steps().size());
    Sampling ten = FIVE.withSteps(10).minOneReveal(true);
    assertEquals(10, run(ten, Labels.of(0), 0).trajectories().get(0).steps().size());
  }

  @Test
  void samplesAreThoseOfAlgorithm2InPlainJava() {
    for (Sampling settings :
        List.of(
            FIVE,
            FIVE.withSteps(12).topP(0.7).schedule(Schedule.linear()),
            FIVE.guidance(0.5, 3).noiseScale(0.6),
            FIVE.guidance(2, 0).topP(0.9).temperature(0))) {
      ReferenceSampler reference = new ReferenceSampler(network, settings);
      MaskedSampler.Result result = run(settings, Labels.cycle(6, 3), 0);
      for (int i = 0; i < 6; i++) {
        assertArrayEquals(
            reference.sample(i % 3, i), result.codes().rows(i), settings + ", sample " + i);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Reveal.class)
  void aSampleDoesNotDependOnBatchOrderOrCount(Reveal reveal) {
    Sampling settings = FIVE.reveal(reveal).guidance(0.1, 2).topP(0.9);
    Labels labels = Labels.cycle(8, 3);
    int[] whole = MadeUp.all(run(settings.batchSize(8), labels, 0).codes());
    assertArrayEquals(whole, MadeUp.all(run(settings.batchSize(3), labels, 0).codes()));
    assertArrayEquals(whole, MadeUp.all(run(settings.batchSize(1), labels, 0).codes()));
    int each = SHAPE.tokens();
    MaskedSampler again = new MaskedSampler(network, settings.batchSize(3), false);
    int[] last = MadeUp.all(again.sample(MadeUp.classes(labels.range(5, 8)), 5).codes());
    int[] first = MadeUp.all(again.sample(MadeUp.classes(labels.range(0, 5)), 0).codes());
    assertArrayEquals(Arrays.copyOf(whole, 5 * each), first);
    assertArrayEquals(Arrays.copyOfRange(whole, 5 * each, 8 * each), last);
  }

  @Test
  void guidanceOfVanishingWeightIsNone() {
    int[] none = codes(FIVE, 20);
    assertArrayEquals(none, codes(FIVE.guidance(0, 0), 20));
    assertArrayEquals(none, codes(FIVE.guidance(1e-12, 1e-12), 20));
    assertFalse(Arrays.equals(none, codes(FIVE.guidance(4, 4), 20)), "guidance has no effect");
  }

  @Test
  void guidanceWithoutAClassIsNone() {
    Labels none = Labels.repeat(MadeUp.CLASSES, 20);
    assertArrayEquals(
        MadeUp.all(run(FIVE, none, 0).codes()),
        MadeUp.all(run(FIVE.guidance(5, 5), none, 0).codes()));
  }

  @Test
  void bothEndsOfTheGuidanceRampMatter() {
    int[] flat = codes(FIVE.guidance(4, 4), 20);
    assertFalse(Arrays.equals(flat, codes(FIVE.guidance(0, 4), 20)), "start");
    assertFalse(Arrays.equals(flat, codes(FIVE.guidance(4, 0), 20)), "end");
  }

  @Test
  void seedClassAndIndexChangeASample() {
    int[] ones = MadeUp.all(run(FIVE, Labels.repeat(1, 20), 0).codes());
    assertFalse(Arrays.equals(ones, MadeUp.all(run(FIVE, Labels.repeat(0, 20), 0).codes())));
    assertFalse(
        Arrays.equals(ones, MadeUp.all(run(FIVE.seed(4), Labels.repeat(1, 20), 0).codes())));
    assertFalse(Arrays.equals(ones, MadeUp.all(run(FIVE, Labels.repeat(1, 20), 20).codes())));
    long kinds = Arrays.stream(ones).boxed().distinct().count();
    assertEquals(SHAPE.codes(), kinds, "all codes occur");
  }

  @Test
  void withoutNoiseAndWithTheLikeliestComponentAloneSeedsDoNotMatter() {
    Sampling settings = Sampling.steps(1).noiseScale(0).topP(1e-9);
    Labels labels = Labels.repeat(1, 2);
    int[] codes = MadeUp.all(run(settings.seed(1), labels, 0).codes());
    assertArrayEquals(codes, MadeUp.all(run(settings.seed(2), labels, 0).codes()));
    assertArrayEquals(
        Arrays.copyOf(codes, SHAPE.tokens()),
        Arrays.copyOfRange(codes, SHAPE.tokens(), 2 * SHAPE.tokens()));
    assertArrayEquals(likeliest(), Arrays.copyOf(codes, SHAPE.tokens()));
  }

  /** The quantized mean of the likeliest component at every position, all masked. */
  private static int[] likeliest() {
    ReferenceSampler reference = new ReferenceSampler(network, FIVE);
    float[][] hidden = reference.hidden(new int[SHAPE.tokens()], new int[SHAPE.positions()], 1);
    int[] codes = new int[SHAPE.tokens()];
    for (int p = 0; p < SHAPE.positions(); p++) {
      ReferenceSampler.Plain at = reference.distribution(hidden[p], SHAPE.depth() - 1);
      int best = 0;
      for (int v = 1; v < at.weights().length; v++) {
        best = at.weights()[v] > at.weights()[best] ? v : best;
      }
      double[] z = new double[SHAPE.dimension()];
      for (int k = 0; k < z.length; k++) {
        z[k] = at.scale() * at.means()[best * z.length + k] + at.shift()[k];
      }
      reference.quantize(z, p, 0, codes, new float[SHAPE.tokens()]);
    }
    return codes;
  }

  @Test
  void aClassThatThereIsNotIsNamed() {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> run(FIVE, Labels.of(0, 3), 0));
    assertTrue(e.getMessage().contains("class 3"), e.getMessage());
    assertTrue(e.getMessage().contains("0 … 2"), e.getMessage());
    assertThrows(IllegalArgumentException.class, () -> Labels.of(-1));
  }

  @Test
  void noLabelsGiveNoSamples() {
    MaskedSampler.Result result = run(FIVE, Labels.of(), 0);
    assertEquals(0, result.codes().size());
    assertFalse(result.interrupted());
  }

  @Test
  void anInterruptBeforeTheStartGivesNothingAndSaysSo() {
    Thread.currentThread().interrupt();
    MaskedSampler.Result result = run(FIVE, Labels.cycle(4, 2), 0);
    assertTrue(result.interrupted());
    assertEquals(0, result.codes().size());
    assertFalse(Thread.interrupted(), "the interrupt is consumed");
  }

  @Test
  void anInterruptedRunGivesTheFinishedSamples() {
    List<Integer> finished = new ArrayList<>();
    List<Codes> batches = new ArrayList<>();
    MaskedSampler.Result result =
        new MaskedSampler(network, FIVE.batchSize(2), true)
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
    assertEquals(6, result.trajectories().size());
    assertArrayEquals(codes(FIVE, 6), MadeUp.all(result.codes()));
  }

  @Test
  void anInterruptAfterTheLastSampleIsLeftForTheCaller() {
    MaskedSampler sampler = new MaskedSampler(network, FIVE, false);
    MaskedSampler.Result result =
        sampler.sample(MadeUp.classes(0), 0, (done, codes) -> Thread.currentThread().interrupt());
    assertFalse(result.interrupted());
    assertTrue(Thread.interrupted());
  }

  @Test
  void manyCallsLeaveNoArraysBehind() {
    Sampling settings = FIVE.withSteps(2).guidance(0, 1).reveal(Reveal.POSTERIOR);
    MaskedSampler sampler = new MaskedSampler(network, settings, false);
    sampler.sample(MadeUp.classes(0), 0);
    long before = Managers.count();
    for (int i = 0; i < 300; i++) {
      sampler.sample(MadeUp.classes(i % 3), i);
    }
    assertEquals(before, Managers.count());
  }
}
