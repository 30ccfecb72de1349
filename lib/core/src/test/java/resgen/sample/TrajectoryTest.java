package resgen.sample;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TrajectoryTest {

  private static final float NAN = Float.NaN;

  @Test
  void whatWasRevealedWhenAndHowConfidently() {
    Trajectory trajectory =
        Trajectory.record(2, 3)
            .add(2, new int[] {1, 0}, new float[] {-1, -2, -3, -4, -5, -6})
            .add(3, new int[] {3, 1}, new float[] {0, -2, -3, -4, -5, -6})
            .add(5, new int[] {3, 3}, null)
            .done();
    assertEquals(2, trajectory.positions());
    assertArrayEquals(new int[] {2, 3, 3, 3, 5, 5}, trajectory.revealedAt());
    assertArrayEquals(
        new float[] {-1, NAN, NAN, NAN, NAN, NAN}, trajectory.steps().get(0).confidence());
    assertArrayEquals(
        new float[] {NAN, -2, -5, -4, NAN, NAN}, trajectory.steps().get(1).confidence());
    assertArrayEquals(
        new float[] {NAN, NAN, NAN, NAN, NAN, NAN}, trajectory.steps().get(2).confidence());
    assertArrayEquals(
        new boolean[] {false, true, true, true, false, false}, trajectory.revealed(1));
  }

  @Test
  void nothingIsHiddenAgain() {
    Trajectory.Recorder recorder = Trajectory.record(2, 3).add(1, new int[] {1, 2}, null);
    assertThrows(IllegalArgumentException.class, () -> recorder.add(2, new int[] {2, 1}, null));
    assertThrows(IllegalArgumentException.class, () -> recorder.add(2, new int[] {4, 2}, null));
    assertThrows(IllegalArgumentException.class, () -> Trajectory.record(2, 3).done());
  }

  @Test
  void whatIsUnfinishedHasNoStep() {
    Trajectory trajectory = Trajectory.record(1, 3).add(1, new int[] {2}, null).done();
    assertArrayEquals(new int[] {1, 1, 0}, trajectory.revealedAt());
  }
}
