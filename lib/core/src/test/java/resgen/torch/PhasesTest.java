package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class PhasesTest {

  /** A clock that says what it is told to. */
  private static LongSupplier clock(long... seconds) {
    Iterator<Long> times = java.util.Arrays.stream(seconds).boxed().iterator();
    return () -> times.next() * 1_000_000_000L;
  }

  @Test
  void eachPhaseLastsUntilTheNext() {
    Map<String, Double> seconds =
        Phases.during(
            () -> {
              Phases.enter("a");
              Phases.enter("b");
              Phases.enter("a");
              Phases.leave();
              Phases.enter("c");
            },
            clock(0, 1, 5, 7, 100, 104));

    assertEquals(Map.of("a", 3.0, "b", 4.0, "c", 4.0), seconds);
    assertEquals(List.of("a", "b", "c"), List.copyOf(seconds.keySet()));
  }

  @Test
  void withoutAListenerNothingHappens() {
    Phases.enter("a");
    Phases.leave();

    assertEquals(Map.of(), Phases.during(() -> {}, clock(0)));
  }

  @Test
  void anInnerListenerTakesOverUntilItEnds() {
    Map<String, Double> outer =
        Phases.during(
            () -> {
              Phases.enter("outer");
              Phases.during(() -> Phases.enter("inner"), clock(0, 1));
              Phases.leave();
            },
            clock(0, 9, 9));

    assertEquals(Map.of("outer", 9.0), outer);
  }
}
