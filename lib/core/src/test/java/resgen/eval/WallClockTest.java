package resgen.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class WallClockTest {
  @Test
  void warmUpIsDroppedAndTheTwoPartsAreApart() {
    AtomicLong clock = new AtomicLong();
    long[] seconds = {100, 50, 1, 2, 3, 10};
    int[] run = {0};
    List<Long> decoded = new ArrayList<>();
    WallClock.Timing timing =
        new WallClock(2, 4)
            .measure(
                8,
                () -> clock.addAndGet(seconds[run[0]++] * 1_000_000_000L),
                tokens -> {
                  decoded.add(tokens);
                  clock.addAndGet(500_000_000L);
                },
                clock::get);
    assertEquals(6, decoded.size());
    assertEquals(new WallClock.Spread(2.5, 1.75, 4.75, 1, 10), timing.generation());
    assertEquals(new WallClock.Spread(0.5, 0.5, 0.5, 0.5, 0.5), timing.decoding());
    assertEquals(3, timing.total().median(), 1e-12);
    assertEquals(3 / 8.0, timing.secondsPerImage(), 1e-12);
    assertEquals(3, timing.table().rowCount());
    assertEquals(
        "8 images: generation 2.5000 s [1.7500, 4.7500], decoding 0.5000 s [0.5000, 0.5000],"
            + " 0.3750 s per image (4 runs)",
        timing.toString());
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WallClock(-1, 1));
    assertThrows(IllegalArgumentException.class, () -> new WallClock(0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> WallClock.standard().measure(0, () -> 1, x -> {}));
  }
}
