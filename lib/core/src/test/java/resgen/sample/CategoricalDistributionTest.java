package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import resgen.ChiSquared;
import resgen.mask.Schedule;
import resgen.model.Categorical;
import resgen.model.CategoricalNetwork;
import resgen.model.TokenShape;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.torch.Torch;

/**
 * All 256 samples of 2×2 positions, two depths and two codes, counted, against the exact law of
 * stepwise sampling from the probabilities that the network states.
 */
class CategoricalDistributionTest {

  private static final TokenShape SHAPE = new TokenShape(2, 2, 2, 1, 2);
  private static final int SAMPLES = 8_000;
  private static final int CELLS = 12;
  private static final Sampling BASE = Sampling.steps(1).seed(1).batchSize(1000);

  private static NDManager manager;
  private static CategoricalNetwork<?> direct;
  private static CategoricalNetwork<?> depthwise;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    direct = Categorical.direct(manager, SHAPE, 5);
    depthwise = Categorical.depthwise(manager, SHAPE, 5);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  static List<Sampling> ways() {
    Sampling three = BASE.withSteps(3).schedule(Schedule.linear());
    return List.of(
        BASE.withSteps(2).reveal(Reveal.RANDOM),
        three.reveal(Reveal.RANDOM).guidance(0.5, 2),
        three.reveal(Reveal.RANDOM).drawTemperature(1.3).topP(0.8),
        three.reveal(Reveal.DISTANCE).temperature(0.5),
        BASE.withSteps(2).reveal(Reveal.POSTERIOR).temperature(1.5).guidance(1, 1));
  }

  private static double[] counts(CategoricalNetwork<?> network, Sampling settings) {
    Codes codes =
        new MaskedSampler(network, settings, false).sample(Labels.repeat(1, SAMPLES), 0).codes();
    double[] counts = new double[1 << SHAPE.tokens()];
    for (int i = 0; i < SAMPLES; i++) {
      int[] row = codes.rows(i);
      int cell = 0;
      for (int t = 0; t < row.length; t++) {
        cell |= row[t] << t;
      }
      counts[cell]++;
    }
    return counts;
  }

  @ParameterizedTest
  @MethodSource("ways")
  void directTokensAreDrawnFromTheirLaw(Sampling settings) {
    double[] law = new SamplerLaw(direct, settings, 1).of(RevealSteps.parallel(settings, SHAPE));
    ChiSquared.assertDrawnFrom(law, counts(direct, settings), CELLS);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void depthwiseTokensAreDrawnFromTheirLaw(Sampling settings) {
    double[] law =
        new SamplerLaw(depthwise, settings, 1).of(RevealSteps.depthwise(settings, SHAPE));
    ChiSquared.assertDrawnFrom(law, counts(depthwise, settings), CELLS);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void directTokensWithMasksOfAnyTokensAreDrawnFromTheirLaw(Sampling settings) {
    CategoricalNetwork<?> any = Categorical.anyTokens(manager, SHAPE, 5);
    double[] law = new SamplerLaw(any, settings, 1).of(RevealSteps.parallel(settings, SHAPE));
    ChiSquared.assertDrawnFrom(law, counts(any, settings), CELLS);
  }

  /** The law itself: one step draws all tokens by themselves. */
  @Test
  void theLawOfOneStepIsAProduct() {
    double[] law = new SamplerLaw(direct, BASE, 1).of(RevealSteps.parallel(BASE, SHAPE));
    double[] ones = new double[SHAPE.tokens()];
    for (int c = 0; c < law.length; c++) {
      for (int t = 0; t < ones.length; t++) {
        ones[t] += (c >> t & 1) * law[c];
      }
    }
    for (int c = 0; c < law.length; c++) {
      double product = 1;
      for (int t = 0; t < ones.length; t++) {
        product *= (c >> t & 1) == 1 ? ones[t] : 1 - ones[t];
      }
      assertEquals(product, law[c], 1e-9);
    }
  }
}
