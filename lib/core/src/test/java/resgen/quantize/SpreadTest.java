package resgen.quantize;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;

class SpreadTest {

  private static Spread of(float[] values, int dimension, int batch) {
    Spread spread = new Spread(dimension);
    for (int from = 0; from < values.length; from += batch * dimension) {
      int to = Math.min(values.length, from + batch * dimension);
      spread.add(Arrays.copyOfRange(values, from, to));
    }
    return spread;
  }

  @Test
  void theVarianceIsThatAroundEachDimensionsMeanWhateverTheBatches() {
    float[] values = {1, 10, 2, 10, 3, 40}; // variances 2/3 and 200
    for (int batch : new int[] {1, 2, 3}) {
      Spread spread = of(values, 2, batch);
      assertEquals((2 / 3.0 + 200) / 2, spread.variance(), 1e-10);
      assertEquals(3, spread.count());
    }
  }

  @Test
  void aSmallSpreadFarFromZeroIsNotLostAndNeverNegative() {
    float[] values = Noise.of(1).stream(0).gaussians(3000);
    for (int i = 0; i < values.length; i++) {
      values[i] = 4096 + values[i] / 64;
    }
    double expected = 0;
    double mean = 0;
    for (float v : values) {
      mean += v / 3000.0;
    }
    for (float v : values) {
      expected += (v - mean) * (v - mean) / 3000;
    }
    assertEquals(expected, of(values, 1, 7).variance(), 1e-9 * expected);
    Arrays.fill(values, 0.1f);
    double none = of(values, 3, 7).variance();
    assertTrue(none >= 0 && none < 1e-30, "" + none);
  }

  @Test
  void equalVectorsAndThoseThatAreNotFiniteHaveNoDeviation() {
    float[] equal = new float[12];
    refused("these have no spread: all 4 are equal", equal);
    Arrays.fill(equal, 7);
    equal[3] = Math.nextUp(7f);
    refused("these have no spread", equal);
    equal[3] = Float.NaN;
    refused("these are not finite", equal);
    equal[3] = 8;
    assertTrue(of(equal, 3, 4).deviation("these") > 0.1);
  }

  private static void refused(String words, float[] values) {
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> of(values, 3, 2).deviation("these"));
    assertTrue(e.getMessage().contains(words), e.getMessage());
  }
}
