package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TimingTest {

  private final List<String> turns = new ArrayList<>();

  /** Says that every run took so long. */
  private Timing.Contestant always(String name, double wall, double cpu) {
    return new Timing.Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Stopwatch.Elapsed> run(int times) {
        turns.add(name + times);
        return Collections.nCopies(times, new Stopwatch.Elapsed(wall, cpu));
      }
    };
  }

  private static List<Timing> byTurns(Timing.Plan plan, Timing.Contestant... all) {
    return Timing.byTurns(List.of(all), plan, round -> {});
  }

  @Test
  void ratiosArePairedByRound() {
    List<Timing> timings = byTurns(Timing.Plan.rounds(3, 1), always("a", 2, 1), always("b", 3, 4));

    Map<String, Object> first = timings.get(0).columns(timings.get(0));
    Map<String, Object> second = timings.get(1).columns(timings.get(0));
    assertEquals(1f, first.get("wall_ratio"));
    assertEquals(1.5f, second.get("wall_ratio"));
    assertEquals(4f, second.get("cpu_ratio"));
    assertEquals(0f, second.get("cpu_ratio_mad"));
    assertEquals(3, second.get("rounds"));
    assertEquals(3000f, second.get("wall_ms"));
  }

  @Test
  void turnsRotateAndEveryRoundIsAnnounced() {
    List<Integer> rounds = new ArrayList<>();
    Timing.byTurns(
        List.of(always("a", 2, 1), always("b", 2, 1)), Timing.Plan.rounds(3, 1), rounds::add);

    assertEquals(List.of("a1", "b1", "a1", "b1", "b1", "a1", "a1", "b1"), turns);
    assertEquals(List.of(0, 1, 2, 3), rounds);
  }

  @Test
  void aBlockLastsAboutAsLongAsAsked() {
    byTurns(Timing.Plan.rounds(1, 1), always("a", 0.25, 1));

    assertEquals(List.of("a1", "a1", "a4"), turns); // half a second of warm-up, then one of four
  }

  @Test
  void roundsEndAfterTheSecondsOnceThereAreThree() {
    Timing.Plan brief = new Timing.Plan(50, 1e-3, 0, 0);
    Timing.Plan patient = new Timing.Plan(5, 60, 0, 0);

    assertEquals(3, byTurns(brief, always("a", 0.04, 0.04)).get(0).rounds().size());
    assertEquals(5, byTurns(patient, always("a", 0.04, 0.04)).get(0).rounds().size());
    assertEquals(1 + 3 + 1 + 5, turns.size(), "a run is dropped first");
  }

  @Test
  void aPhaseIsTheMedianOfTheRoundsThatHaveIt() {
    Timing timing =
        new Timing(
            "t",
            "",
            List.of(
                new Stopwatch.Elapsed(1, 1, Map.of("draw", 1.0)),
                new Stopwatch.Elapsed(1, 1, Map.of("draw", 5.0, "reveal", 2.0)),
                new Stopwatch.Elapsed(1, 1, Map.of("draw", 2.0))));

    assertEquals(Map.of("draw", 2.0, "reveal", 2.0), timing.phases());
    assertEquals(4.0, timing.phasesTotal());
  }

  @Test
  void whatIsNoPlanIsRefusedByItsValue() {
    assertThrows(IllegalArgumentException.class, () -> byTurns(Timing.Plan.rounds(1, 1)));
    String message =
        assertThrows(IllegalArgumentException.class, () -> Timing.Plan.rounds(0, 1)).getMessage();
    assertTrue(message.contains("rounds 0"), message);
    assertThrows(IllegalArgumentException.class, () -> Timing.Plan.repeats(1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Timing.Plan(1, 1, -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Timing.Plan(1, 1, 0, Double.NaN));
  }

  @Test
  void everyTargetIsOfSomethingThatIsCompared() {
    assertEquals(0.65, AgainstPython.target("training-step", "ours bf16"));
    assertEquals(0.6, AgainstPython.target("decode-1", "ours fp32"));
    assertEquals(Double.NaN, AgainstPython.target("training-step", "python bf16"));
  }
}
