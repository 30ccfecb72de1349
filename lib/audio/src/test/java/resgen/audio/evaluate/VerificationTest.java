package resgen.audio.evaluate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class VerificationTest {

  @Test
  void theEqualErrorRateByHand() {
    assertEquals(
        0, Verification.of(new double[] {0.8, 0.9}, new double[] {0.1, 0.2, 0.3}).equalError());
    // above 0.7 lie three of four by one speaker and one of four by two
    assertEquals(
        0.25,
        Verification.of(new double[] {0.9, 0.8, 0.7, 0.2}, new double[] {0.75, 0.1, 0.0, -0.1})
            .equalError());
    assertEquals(1, Verification.of(new double[] {0.1, 0.2}, new double[] {0.8, 0.9}).equalError());
    assertThrows(
        IllegalArgumentException.class, () -> Verification.of(new double[0], new double[1]));
  }

  @Test
  void aMeanLeavesOutWhatIsNoNumber() {
    Value value = Value.mean("x", 1, Double.NaN, 3);
    assertEquals(2, value.value());
    assertEquals(1, value.deviation()); // √2 / √2
    assertTrue(Double.isNaN(Value.mean("x", 5).deviation()));
  }
}
