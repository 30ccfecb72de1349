package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class LineTest {

  private static final double[] X = {1, 2, 4, 8};

  @Test
  void aStraightLineIsFound() {
    Line line = Line.leastSquares(X, new double[] {5, 8, 14, 26}); // 2 + 3x

    assertEquals(3, line.slope(), 1e-12);
    assertEquals(2, line.start(), 1e-12);
    assertEquals(32, line.at(10), 1e-12);
    assertEquals(10, line.where(32), 1e-12);
  }

  @Test
  void leastSquaresIsTheClosedForm() {
    Line line = Line.leastSquares(new double[] {0, 1, 2}, new double[] {0, 2, 1});

    assertEquals(0.5, line.slope(), 1e-12);
    assertEquals(0.5, line.start(), 1e-12);
  }

  @Test
  void oneXIsNoLine() {
    double[] same = {3, 3};
    double[] y = {1, 2};

    assertThrows(IllegalArgumentException.class, () -> Line.leastSquares(same, y));
    assertThrows(IllegalArgumentException.class, () -> Line.leastSquares(X, y));
  }
}
