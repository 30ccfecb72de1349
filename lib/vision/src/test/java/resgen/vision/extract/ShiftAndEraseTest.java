package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import resgen.noise.Noise;

class ShiftAndEraseTest {

  @Test
  void withoutShiftAndErasingNothingChanges() {
    float[] pixels = {0, 1, 2, 3};
    ShiftAndErase.apply(pixels, 0, 2, 2, 0, 0, Noise.of(1).stream());
    assertArrayEquals(new float[] {0, 1, 2, 3}, pixels);
  }

  @Test
  void aPointMovesByAtMostTheShiftInEveryDirectionAndOtherImagesStay() {
    boolean[][] seen = new boolean[5][5];
    for (int seed = 0; seed < 400; seed++) {
      float[] pixels = new float[2 * 49];
      Arrays.fill(pixels, -1);
      pixels[49 + 3 * 7 + 3] = 1;
      ShiftAndErase.apply(pixels, 1, 7, 7, 2, 0, Noise.of(seed).stream());
      int lit = 0;
      for (int at = 0; at < pixels.length; at++) {
        if (pixels[at] == 1) {
          assertTrue(at >= 49);
          seen[(at - 49) / 7 - 1][(at - 49) % 7 - 1] = true;
          lit++;
        }
      }
      assertEquals(1, lit);
    }
    for (boolean[] row : seen) {
      for (boolean place : row) {
        assertTrue(place);
      }
    }
  }

  @Test
  void anErasedRectangleIsBlackAndLeavesTheRest() {
    float[] pixels = new float[16 * 16];
    Arrays.fill(pixels, 0.5f);
    ShiftAndErase.apply(pixels, 0, 16, 16, 0, 1, Noise.of(3).stream());
    int erased = 0;
    for (float value : pixels) {
      assertTrue(value == 0.5f || value == -1);
      erased += value == -1 ? 1 : 0;
    }
    assertTrue(erased >= 4 && erased <= 36, "erased " + erased);
  }
}
