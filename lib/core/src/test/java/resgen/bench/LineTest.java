package resgen.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LineTest {

  private static final double[] X = {1, 2, 4, 8};

  @Test
  void bothWaysFindAStraightLine() {
    double[] y = {5, 8, 14, 26}; // 2 + 3x

    for (Line line : new Line[] {Line.leastSquares(X, y), Line.medianSlope(X, y)}) {
      assertEquals(3, line.slope(), 1e-12);
      assertEquals(2, line.start(), 1e-12);
      assertEquals(32, line.at(10), 1e-12);
      assertEquals(10, line.where(32), 1e-12);
    }
  }

  @Test
  void leastSquaresIsTheClosedForm() {
    Line line = Line.leastSquares(new double[] {0, 1, 2}, new double[] {0, 2, 1});

    assertEquals(0.5, line.slope(), 1e-12);
    assertEquals(0.5, line.start(), 1e-12);
  }

  @Test
  void anOutlierDoesNotTurnTheMedianSlope() {
    Line line = Line.medianSlope(new double[] {0, 1, 2, 3, 4, 5}, new double[] {0, 1, 2, 90, 4, 5});

    assertEquals(1, line.slope(), 1e-12);
    assertEquals(0, line.start(), 1e-12);
  }

  @Test
  void oneXIsNoLine() {
    double[] same = {3, 3};
    double[] y = {1, 2};

    assertThrows(IllegalArgumentException.class, () -> Line.leastSquares(same, y));
    assertThrows(IllegalArgumentException.class, () -> Line.medianSlope(same, y));
    assertThrows(IllegalArgumentException.class, () -> Line.leastSquares(X, y));
  }
}
