package resgen.torch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BreaksTest {

  private final List<String> done = new ArrayList<>();

  private void work() {
    done.add("a");
    Breaks.here();
    Thread.currentThread().interrupt();
    done.add("b");
    Breaks.here();
    done.add("c");
  }

  @Test
  void workIsGivenUpAtTheFirstPointAfterTheInterrupt() {
    assertFalse(Breaks.in(this::work));
    assertEquals(List.of("a", "b"), done);
    assertTrue(Thread.interrupted(), "the interrupt stays set");
  }

  @Test
  void otherWorkPassesThePoints() {
    work();
    assertTrue(Thread.interrupted());
    assertEquals(List.of("a", "b", "c"), done);
  }

  @Test
  void afterwardsItIsAsBefore() {
    assertFalse(Breaks.allowed());
    assertTrue(Breaks.in(() -> assertTrue(Breaks.allowed())));
    assertThrows(
        IllegalStateException.class,
        () ->
            Breaks.in(
                () -> {
                  throw new IllegalStateException("of the work itself");
                }));
    assertFalse(Breaks.allowed());
  }
}
