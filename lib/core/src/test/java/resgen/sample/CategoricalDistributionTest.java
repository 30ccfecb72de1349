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
import resgen.mask.MaskLaw;
import resgen.mask.Reveal;
import resgen.mask.Schedule;
import resgen.model.MadeUp;
import resgen.model.MaskedModel;
import resgen.token.Codes;
import resgen.token.Labels;
import resgen.token.TokenSpec;
import resgen.torch.Torch;

/**
 * All 256 samples of 2×2 positions, two depths and two codes, counted, against the exact law of
 * stepwise sampling from the probabilities that the network states.
 */
class CategoricalDistributionTest {

  private static final TokenSpec SHAPE = MadeUp.spec(2, 2, 1);
  private static final int SAMPLES = 8_000;
  private static final int CELLS = 12;
  private static final Sampling BASE = Sampling.steps(1).seed(1).batchSize(1000);

  private static NDManager manager;
  private static MaskedModel direct;
  private static MaskedModel depthwise;

  @BeforeAll
  static void build() {
    Torch.threads(1);
    manager = Torch.manager();
    direct = model(MaskLaw.prefix());
    depthwise = model(MaskLaw.depthwise());
  }

  private static MaskedModel model(MaskLaw law) {
    return MadeUp.masked(manager, MadeUp.categorical(SHAPE, law), 5);
  }

  private static double[] law(MaskedModel model, Sampling settings) {
    return new SamplerLaw(model, settings, 1).of(Steps.of(settings, SHAPE, model.order().masks()));
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

  private static double[] counts(MaskedModel network, Sampling settings) {
    Codes codes =
        new MaskedSampler(network, settings, false)
            .sample(MadeUp.classes(Labels.repeat(1, SAMPLES)), 0)
            .codes();
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
    ChiSquared.assertDrawnFrom(law(direct, settings), counts(direct, settings), CELLS);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void depthwiseTokensAreDrawnFromTheirLaw(Sampling settings) {
    ChiSquared.assertDrawnFrom(law(depthwise, settings), counts(depthwise, settings), CELLS);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void directTokensWithMasksOfAnyTokensAreDrawnFromTheirLaw(Sampling settings) {
    MaskedModel any = model(MaskLaw.uniform());
    ChiSquared.assertDrawnFrom(law(any, settings), counts(any, settings), CELLS);
  }

  /** The law itself: one step draws all tokens by themselves. */
  @Test
  void theLawOfOneStepIsAProduct() {
    double[] law = law(direct, BASE);
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
