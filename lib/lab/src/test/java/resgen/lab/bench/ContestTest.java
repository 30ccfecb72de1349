package resgen.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.lab.metric.Stopwatch;

class ContestTest {

  private final List<String> turns = new ArrayList<>();

  /** Says that every run took so long. */
  private Contest.Contestant always(String name, double wall, double cpu) {
    return new Contest.Contestant() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public List<Stopwatch.Elapsed> run(int times) {
        turns.add(name + times);
        return Collections.nCopies(times, new Stopwatch.Elapsed(wall, cpu));
      }

      @Override
      public void close() {}
    };
  }

  @Test
  void ratiosAreToTheFirst() {
    List<Contest.Standing> standings =
        Contest.of(List.of(always("a", 2, 1), always("b", 3, 4)), 3, 1);

    assertEquals(1.0, standings.get(0).wallRatio().median());
    assertEquals(1.5, standings.get(1).wallRatio().median());
    assertEquals(4.0, standings.get(1).cpuRatio().median());
    assertEquals(0.0, standings.get(1).cpuRatio().mad());
    assertEquals(3, standings.get(1).wall().count());
  }

  @Test
  void turnsRotate() {
    Contest.of(List.of(always("a", 2, 1), always("b", 2, 1)), 3, 1);

    assertEquals(List.of("a1", "b1", "a1", "b1", "b1", "a1", "a1", "b1"), turns);
  }

  @Test
  void aBlockLastsAboutAsLongAsAsked() {
    Contest.of(List.of(always("a", 0.25, 1)), 1, 1);

    assertEquals(List.of("a1", "a1", "a4"), turns); // half a second of warm-up, then one of four
  }

  @Test
  void nobodyOrNoRoundIsNoContest() {
    assertThrows(IllegalArgumentException.class, () -> Contest.of(List.of(), 1, 1));
    assertThrows(
        IllegalArgumentException.class, () -> Contest.of(List.of(always("a", 1, 1)), 0, 1));
  }

  @Test
  void everyTargetIsOfSomethingThatIsCompared() {
    assertEquals(0.65, AgainstPython.target("training-step", "ours bf16"));
    assertEquals(0.6, AgainstPython.target("decode-1", "ours fp32"));
    assertEquals(Double.NaN, AgainstPython.target("training-step", "python bf16"));
  }
}
