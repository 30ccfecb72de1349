package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

  private final StringWriter text = new StringWriter();
  private final AtomicLong nanos = new AtomicLong();

  private Progress progress(boolean terminal) {
    return new Progress("steps", new PrintWriter(text), terminal, nanos::get);
  }

  private void seconds(double value) {
    nanos.set((long) (value * 1e9));
  }

  @Test
  void showsRateTimeLeftAndNumbers() {
    Progress progress = progress(false);
    progress.at(0, 2000, Map.of());
    seconds(20);
    progress.at(500, 2000, Map.of("loss", 1.23456));

    assertEquals(
        """
        0 of 2,000 steps (0 %)
        500 of 2,000 steps (25 %), 25.0/s, left 1:00, loss 1.235
        """,
        text.toString());
  }

  @Test
  void aResumedRunShowsItsOwnRate() {
    Progress progress = progress(false);
    progress.at(1000, 2000, Map.of());
    seconds(100);
    progress.at(1100, 2000, Map.of());

    assertEquals(
        "1,100 of 2,000 steps (55 %), 1.0/s, left 15:00", text.toString().lines().toList().get(1));
  }

  @Test
  void aPaceThatTheWorkMeasuredIsUsed() {
    Progress progress = progress(false);
    seconds(1000);
    progress.at(50, 100, 0.5, Map.of());

    assertEquals("50 of 100 steps (50 %), 2.0/s, left 25 s", text.toString().strip());
  }

  @Test
  void slowWorkShowsSecondsEach() {
    Progress progress = progress(false);
    progress.at(0, 10, Map.of());
    seconds(14);
    progress.at(2, 10, Map.of());

    assertEquals(
        "2 of 10 steps (20 %), 7.0 s each, left 56 s", text.toString().lines().toList().get(1));
  }

  @Test
  void aFileIsNotFlooded() {
    Progress progress = progress(false);
    for (int step = 0; step < 1000; step++) {
      seconds(step * 0.01);
      progress.at(step, 1001, Map.of());
    }
    assertEquals(1, text.toString().lines().count());
  }

  @Test
  void theEndIsAlwaysShown() {
    Progress progress = progress(false);
    progress.at(0, 10, Map.of());
    seconds(1);
    progress.at(10, 10, Map.of());

    assertEquals("10 of 10 steps (100 %), 10.0/s", text.toString().lines().toList().get(1));
  }

  @Test
  void aTerminalLineIsWrittenOverWhole() {
    try (Progress progress = progress(true)) {
      progress.at(0, 10, Map.of("loss", 123.0));
      seconds(1);
      progress.at(10, 10, Map.of());
    }
    String first = "0 of 10 steps (0 %), loss 123.0";
    String second = "10 of 10 steps (100 %), 10.0/s";
    String rest = " ".repeat(first.length() - second.length());
    assertEquals("\r" + first + "\r" + second + rest + System.lineSeparator(), text.toString());
  }

  @Test
  void linesAreAsWideAsTheTerminalWithinBounds() {
    assertEquals(80, Progress.width(null));
    assertEquals(80, Progress.width("many"));
    assertEquals(100, Progress.width("100"));
    assertEquals(60, Progress.width("20"));
    assertEquals(120, Progress.width("480"));
  }

  @Test
  void durationsReadWell() {
    assertEquals("7 s", Progress.duration(7.4));
    assertEquals("3:07", Progress.duration(187));
    assertEquals("2:03:07", Progress.duration(7387));
  }
}
