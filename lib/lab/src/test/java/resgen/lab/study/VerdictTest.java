package resgen.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;

class VerdictTest {

  private static final Spread FOUR = new Spread(4, 0.3, 3);

  private static Spread at(double mean, double deviation) {
    return new Spread(mean, deviation, 3);
  }

  @Test
  void aDifferenceCountsOnlyBeyondTwiceItsSpread() {
    // 2·√(0.3² + 0.4²) = 1
    assertEquals(Verdict.HOLDS, Verdict.lower(FOUR, at(5.01, 0.4)));
    assertEquals(Verdict.UNDECIDED, Verdict.lower(FOUR, at(4.99, 0.4)));
    assertEquals(Verdict.UNDECIDED, Verdict.lower(at(4.99, 0.4), FOUR));
    assertEquals(Verdict.DOES_NOT_HOLD, Verdict.lower(at(5.01, 0.4), FOUR));
    assertEquals(Verdict.UNDECIDED, Verdict.lower(FOUR, at(99, Double.NaN)));
    assertEquals(Verdict.NOT_MEASURED, Verdict.lower(FOUR, Spread.NONE));
  }

  @Test
  void theLowestIsLowerThanEveryOther() {
    Claims claims =
        new Claims()
            .lowest("all", FOUR, at(6, 0.1), at(7, 0.1))
            .lowest("close", FOUR, at(6, 0.1), at(4.1, 0.1))
            .lowest("missing", FOUR, at(6, 0.1), Spread.NONE)
            .lowest("refuted, whatever is missing", FOUR, at(1, 0.1), Spread.NONE)
            .lower("alone", FOUR, at(6, 0.1));

    assertEquals(
        List.of(
            "holds", Verdict.UNDECIDED.toString(), "not yet measured", "does not hold", "holds"),
        claims.table().stringColumn("verdict").asList());
    assertEquals("4.00 ± 0.30 against 6.00 ± 0.10", claims.table().getString(4, "measured here"));
  }

  @Test
  void aSpreadIsOfRepetitionsElseTheirOwn() {
    assertEquals(new Spread(2, 1, 3), Spread.of(new double[] {1, 2, 3}, new double[] {9, 9, 9}));
    assertEquals(new Spread(2, 9, 1), Spread.of(new double[] {2}, new double[] {9}));
    assertTrue(Double.isNaN(Spread.of(new double[] {2}, new double[0]).deviation()));
    assertEquals("2", Spread.of(new double[] {2}, new double[0]).text(0));
    assertEquals(Spread.NONE, Spread.of(new double[0], new double[0]));
  }

  @Test
  void theSpreadOfAQuotientIsThatOfDraws() {
    Spread ratio = new Spread(6, 0.3, 3).over(FOUR);
    assertEquals(1.5, ratio.mean());
    // (0.3 / 6)² + (0.3 / 4)² of 1.5²
    assertEquals(0.1352, ratio.deviation(), 5e-5);
    assertEquals(3, ratio.repetitions());
    Noise.Stream noise = Noise.of(1).stream(0);
    double[] drawn = new double[20_000];
    for (int i = 0; i < drawn.length; i++) {
      drawn[i] = (6 + 0.3 * noise.nextGaussian()) / (4 + 0.3 * noise.nextGaussian());
    }
    assertEquals(Spread.of(drawn, drawn).deviation(), ratio.deviation(), 0.004);
    assertEquals(Spread.NONE, FOUR.over(Spread.NONE));
    assertTrue(Double.isNaN(FOUR.over(new Spread(1, Double.NaN, 1)).deviation()));
  }
}
