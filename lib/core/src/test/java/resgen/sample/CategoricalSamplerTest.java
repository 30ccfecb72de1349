package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import resgen.Managers;
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

class CategoricalSamplerTest {

  private static final TokenSpec SHAPE = MadeUp.spec(3, 4, 4);
  private static final Sampling SEVEN = Sampling.steps(7).seed(3);

  private static NDManager manager;
  private static MaskedModel direct;
  private static MaskedModel depthwise;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    direct = MadeUp.masked(manager, MadeUp.categorical(SHAPE, MaskLaw.prefix()), 7);
    depthwise = MadeUp.masked(manager, MadeUp.categorical(SHAPE, MaskLaw.depthwise()), 7);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  private static TokenSampler.Result run(MaskedModel network, Sampling settings, int n) {
    return new MaskedSampler(network, settings, true).sample(MadeUp.classes(Labels.cycle(n, 3)), 0);
  }

  @ParameterizedTest
  @EnumSource(Reveal.class)
  void depthsAreFilledOneAfterAnotherInTheirSteps(Reveal reveal) {
    Sampling settings = SEVEN.reveal(reveal).minOneReveal(true).depthSteps(3, 2, 2);
    List<Trajectory> trajectories = run(depthwise, settings, 4).trajectories();
    assertEquals(4, trajectories.size());
    for (Trajectory trajectory : trajectories) {
      int[] ends = {3, 5, 7};
      for (Trajectory.Step step : trajectory.steps()) {
        int depth = 0;
        while (step.number() > ends[depth]) {
          depth++;
        }
        int least = Arrays.stream(step.visible()).min().getAsInt();
        int most = Arrays.stream(step.visible()).max().getAsInt();
        assertTrue(least >= depth && most <= depth + 1, Arrays.toString(step.visible()));
        assertEquals(step.number() == ends[depth], least == depth + 1, "full at the end only");
      }
      assertEquals(7, trajectory.steps().size());
    }
  }

  @Test
  void stepsThatDoNotFitTheDepthsAreRefused() {
    for (Sampling wrong : List.of(SEVEN.withSteps(2), SEVEN.depthSteps(3, 4))) {
      IllegalArgumentException e =
          assertThrows(IllegalArgumentException.class, () -> run(depthwise, wrong, 1));
      assertTrue(e.getMessage().contains("3"), e.getMessage());
    }
    assertEquals(1, run(direct, SEVEN.withSteps(1), 1).calls(), "direct tokens need one step");
  }

  @ParameterizedTest
  @EnumSource(Reveal.class)
  void aSampleDoesNotDependOnBatchOrderOrCount(Reveal reveal) {
    Sampling settings = SEVEN.reveal(reveal).guidance(0.1, 2).topP(0.9).drawTemperature(0.8);
    for (MaskedModel network : List.of(direct, depthwise)) {
      int[] whole = MadeUp.all(run(network, settings.batchSize(8), 8).codes());
      assertArrayEquals(whole, MadeUp.all(run(network, settings.batchSize(3), 8).codes()));
      MaskedSampler again = new MaskedSampler(network, settings.batchSize(2), false);
      int[] last = MadeUp.all(again.sample(MadeUp.classes(2, 0, 1), 5).codes());
      assertArrayEquals(Arrays.copyOfRange(whole, 5 * SHAPE.tokens(), 8 * SHAPE.tokens()), last);
    }
  }

  @Test
  void withTheLikeliestCodeAloneSeedsDoNotMatterInOneStep() {
    Sampling one = Sampling.steps(1).topP(1e-9);
    assertArrayEquals(
        MadeUp.all(run(direct, one.seed(1), 6).codes()),
        MadeUp.all(run(direct, one.seed(2), 6).codes()));
    Sampling cold = Sampling.steps(1).drawTemperature(1e-4);
    assertArrayEquals(
        MadeUp.all(run(direct, one, 6).codes()), MadeUp.all(run(direct, cold, 6).codes()));
  }

  /** Width 16, one block of expansion 4, 4 positions, 3 depths of 4 codes of dimension 4. */
  @Test
  void theCostIsThatOfTheMatrixProducts() {
    double input = 4 * 16 * (4 + 3 * 4); // embedding sums and mask states of width 4
    double modulation = 16 * 64 + 64 * 8 * 16;
    double block = 4 * 12 * 16 * 16 + 2 * 4 * 4 * 16;
    double backbone = 2 * (input + modulation + block);
    double head = 2 * 4 * 16 * 3 * 4;
    Sampling settings = Sampling.steps(3).minOneReveal(true);
    assertEquals(
        new CostModel(3, 3 * (backbone + head)), new MaskedSampler(direct, settings, false).cost());
    assertEquals(
        new CostModel(3, 3 * (backbone + head / 3)),
        new MaskedSampler(depthwise, settings, false).cost());
    assertEquals(
        new CostModel(3, 5 * backbone + 3 * head),
        new MaskedSampler(direct, settings.guidance(0, 2), false).cost());
  }

  @Test
  void manyCallsLeaveNoArraysBehind() {
    Sampling settings = SEVEN.guidance(0, 1);
    for (MaskedModel network : List.of(direct, depthwise)) {
      MaskedSampler sampler = new MaskedSampler(network, settings, false);
      sampler.sample(MadeUp.classes(0), 0);
      long before = Managers.count();
      for (int i = 0; i < 50; i++) {
        sampler.sample(MadeUp.classes(i % 3), i);
      }
      assertEquals(before, Managers.count());
    }
  }
}
