package resgen.mask;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class UnmaskPlanTest {

  @Test
  void stepsThatRevealNothingCostNoCall() {
    assertEquals(62, UnmaskPlan.of(Schedule.circle(), 64, 1024, true, false).calls());
    assertEquals(63, UnmaskPlan.of(Schedule.cosine(), 64, 1024, true, false).calls());
    assertEquals(52, UnmaskPlan.of(Schedule.exp(), 64, 1024, true, false).calls());
    assertEquals(64, UnmaskPlan.of(Schedule.circle(), 64, 1024, false, false).calls());
  }

  @Test
  void startsWithAllMaskedAndEndsWithNone() {
    UnmaskPlan plan = UnmaskPlan.of(Schedule.circle(), 8, 16, true, false);
    assertArrayEquals(new int[] {16, 16, 16, 15, 14, 13, 11, 8, 0}, plan.masked());
    assertEquals(8, plan.steps());
    assertEquals(16, plan.tokens());
    assertEquals(6, plan.calls());
    assertFalse(plan.isCall(2));
    assertTrue(plan.isCall(3));
    assertEquals(8, plan.revealed(8));
    // Sampling starts with all masked even where γ(0) < 1.
    assertEquals(1, UnmaskPlan.of(Schedule.exp(), 8, 16, true, false).revealed(1));
  }

  @Test
  void everyStepCanRevealAtLeastOne() {
    UnmaskPlan plan = UnmaskPlan.of(Schedule.circle(), 8, 16, true, true);
    assertArrayEquals(new int[] {16, 15, 14, 13, 12, 11, 10, 8, 0}, plan.masked());
    assertEquals(8, plan.calls());
    for (Schedule schedule : ScheduleTest.all().toList()) {
      for (int steps = 1; steps <= 40; steps++) {
        UnmaskPlan each = UnmaskPlan.of(schedule, steps, 24, true, true);
        assertEquals(Math.min(steps, 24), each.calls(), schedule + " " + steps);
        assertEquals(0, each.maskedAfter(steps));
        UnmaskPlan all = UnmaskPlan.of(schedule, steps, 24, false, true);
        assertEquals(each.calls(), all.calls(), "no call when nothing is masked any more");
      }
    }
  }

  @Test
  void neverMasksAgain() {
    for (Schedule schedule : ScheduleTest.all().toList()) {
      for (int steps = 1; steps <= 40; steps++) {
        UnmaskPlan plan = UnmaskPlan.of(schedule, steps, 64, true, false);
        for (int t = 1; t <= steps; t++) {
          assertTrue(plan.revealed(t) >= 0);
          assertEquals(plan.revealed(t) > 0, plan.isCall(t));
        }
        assertEquals(0, plan.maskedAfter(steps));
      }
    }
  }

  @Test
  void plansNeedStepsAndTokens() {
    assertThrows(
        IllegalArgumentException.class, () -> UnmaskPlan.of(Schedule.circle(), 0, 16, true, false));
    assertThrows(
        IllegalArgumentException.class, () -> UnmaskPlan.of(Schedule.circle(), 4, 0, true, false));
  }
}
