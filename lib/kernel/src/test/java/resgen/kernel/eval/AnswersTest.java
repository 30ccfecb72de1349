package resgen.kernel.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class AnswersTest {
  private final Answers answers = new Answers();

  @Test
  void anAnswerThatDoesNotComeIsGivenUpAndTheNextOneComes() throws Exception {
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    CompletableFuture<String> waiting =
        CompletableFuture.supplyAsync(
            () ->
                answers.ask(
                    () -> {
                      asked.countDown();
                      never.await();
                      return "late";
                    },
                    "none"));
    assertTrue(asked.await(10, TimeUnit.SECONDS));
    answers.givingUp().run();
    assertEquals("none", waiting.get(10, TimeUnit.SECONDS));
    assertEquals("next", answers.ask(() -> "next", "none"));
    never.countDown();
    assertEquals("again", answers.ask(() -> "again", "none"));
  }

  @Test
  void givingUpLaterDoesNotTouchAnotherQuestion() {
    assertEquals("first", answers.ask(() -> "first", "none"));
    Runnable late = answers.givingUp();
    String second =
        answers.ask(
            () -> {
              late.run();
              return "second";
            },
            "none");
    assertEquals("second", second);
  }

  @Test
  void failuresAreTheCallersAndDeepQuestionsFit() {
    assertThrows(
        IllegalArgumentException.class,
        () ->
            answers.ask(
                () -> {
                  throw new IllegalArgumentException("wrong");
                },
                ""));
    assertEquals(100_000, answers.ask(() -> depth(100_000), 0));
  }

  private static int depth(int n) {
    return n == 0 ? 0 : 1 + depth(n - 1);
  }
}
