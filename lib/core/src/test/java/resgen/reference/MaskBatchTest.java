package resgen.reference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.mask.Schedule;
import resgen.noise.Noise;

class MaskBatchTest {

  @Test
  void viewsAreFlattenedSampleByPositionByDepth() {
    MaskBatch batch =
        new MaskBatch(
            List.of(
                DepthMask.ofVisible(new int[] {1, 2}, 2),
                DepthMask.ofVisible(new int[] {0, 1}, 2)));
    assertArrayEquals(new int[] {1, 2, 0, 1}, batch.visible());
    assertArrayEquals(new float[] {1, 0, 1, 1, 0, 0, 1, 0}, batch.bits());
    assertArrayEquals(new int[] {1, 3}, batch.maskedTotals());
    assertEquals(4, batch.totalMasked());
  }

  @Test
  void aSampleDoesNotDependOnTheBatchItIsIn() {
    Noise noise = Noise.of(3);
    MaskBatch large = MaskBatch.draw(Schedule.circle(), 8, 16, 4, noise, 5);
    MaskBatch small = MaskBatch.draw(Schedule.circle(), 2, 16, 4, noise, 5);
    assertEquals(small.masks(), large.masks().subList(0, 2));
    assertNotEquals(large, MaskBatch.draw(Schedule.circle(), 8, 16, 4, noise, 6));
    assertNotEquals(large, MaskBatch.draw(Schedule.circle(), 8, 16, 4, Noise.of(4), 5));
  }

  @Test
  void totalsFollowTheSchedule() {
    // P(n ≤ k) = P(γ(r) ≤ k/N) = 1 − γ⁻¹(k/N): compare at every k, by Kolmogorov's distance.
    int tokens = 16;
    int draws = 20_000;
    for (Schedule schedule : List.of(Schedule.circle(), Schedule.cosine(), Schedule.linear())) {
      int[] histogram = new int[tokens + 1];
      for (int n : MaskBatch.draw(schedule, draws, 4, 4, Noise.of(11), 0).maskedTotals()) {
        histogram[n]++;
      }
      assertEquals(0, histogram[0]);
      Arrays.parallelPrefix(histogram, Integer::sum);
      for (int k = 1; k <= tokens; k++) {
        double expected = 1 - schedule.inverse((double) k / tokens, tokens);
        assertEquals(expected, (double) histogram[k] / draws, 1.95 / Math.sqrt(draws));
      }
    }
  }

  @Test
  void allShapesInABatchAreTheSame() {
    assertThrows(IllegalArgumentException.class, () -> new MaskBatch(List.of()));
    assertTrue(
        assertThrows(
                IllegalArgumentException.class,
                () -> new MaskBatch(List.of(DepthMask.allMasked(2, 2), DepthMask.allMasked(2, 3))))
            .getMessage()
            .contains("shapes"));
  }
}
