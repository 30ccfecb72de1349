package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 30, unit = TimeUnit.SECONDS)
class InterruptTest {

  private final StringWriter text = new StringWriter();
  private final PrintWriter err = new PrintWriter(text);

  @Test
  void undisturbedWorkEndsWell() {
    try (Interrupt interrupt = Interrupt.of(err)) {
      assertFalse(interrupt.requested());
      assertEquals(Main.OK, interrupt.exitCode());
    }
    assertEquals("", text.toString());
  }

  @Test
  void aRequestInterruptsTheWorkAndWaitsForItsEnd() throws Exception {
    CompletableFuture<Void> request;
    try (Interrupt interrupt = Interrupt.of(err)) {
      request = CompletableFuture.runAsync(interrupt::request);
      assertThrows(InterruptedException.class, () -> Thread.sleep(20_000));
      assertFalse(request.isDone(), "the request waits while there is something to save");

      assertEquals(Main.INTERRUPTED, interrupt.exitCode());
      assertFalse(Thread.currentThread().isInterrupted(), "files can be written");
    }
    request.get(10, TimeUnit.SECONDS);
    assertTrue(text.toString().contains("interrupted"), text.toString());
  }

  @Test
  void anInterruptThatTheWorkClearedIsStillKnown() throws Exception {
    try (Interrupt interrupt = Interrupt.of(err)) {
      CompletableFuture<Void> request = CompletableFuture.runAsync(interrupt::request);
      while (!Thread.interrupted()) {
        Thread.onSpinWait();
      }
      assertEquals(Main.INTERRUPTED, interrupt.exitCode());
      assertFalse(request.isDone());
    }
  }
}
