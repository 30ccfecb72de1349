package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void anOddNumberHasItsMiddleOneAsMedian() {
    Summary s = Summary.of(9, 1, 4, 2, 100);

    assertEquals(new Summary(5, 4, 3, 2, 9, 1, 100), s); // distances 0, 2, 3, 5, 96
  }

  @Test
  void anEvenNumberHasTheMeanOfItsMiddleTwo() {
    Summary s = Summary.of(4, 1, 3, 2);

    assertEquals(2.5, s.median());
    assertEquals(1.0, s.mad()); // distances 0.5, 0.5, 1.5, 1.5
    assertEquals(1.75, s.lower());
    assertEquals(3.25, s.upper());
  }

  @Test
  void oneMeasurementIsItsOwnSummary() {
    assertEquals(new Summary(1, 7, 0, 7, 7, 7, 7), Summary.of(7));
  }

  @Test
  void oneSlowRunMovesNothing() {
    Summary calm = Summary.of(1, 1.1, 0.9, 1.05, 0.95);
    Summary disturbed = Summary.of(1, 1.1, 0.9, 1.05, 1e6);

    assertEquals(1.0, calm.median(), 1e-12);
    assertEquals(1.05, disturbed.median(), 1e-12);
    assertTrue(disturbed.mad() <= 0.1);
  }

  @Test
  void ratiosArePairedByRound() {
    // The machine is three times as slow in the second round, for both.
    Summary s = Summary.ofRatios(new double[] {2, 6, 2.2}, new double[] {4, 12, 4});

    assertEquals(0.5, s.median(), 1e-12);
    assertEquals(0.0, s.mad(), 1e-12);
    assertEquals(0.55, s.most(), 1e-12);
  }

  @Test
  void whatIsNoMeasurementIsRefused() {
    assertThrows(IllegalArgumentException.class, Summary::of);
    assertThrows(IllegalArgumentException.class, () -> Summary.of(1, Double.NaN));
    assertThrows(
        IllegalArgumentException.class,
        () -> Summary.ofRatios(new double[] {1, 2}, new double[] {1}));
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> Summary.ofRatios(new double[] {1, 2}, new double[] {1, 0}))
            .getMessage();
    assertTrue(message.contains("round 1"), message);
  }
}
