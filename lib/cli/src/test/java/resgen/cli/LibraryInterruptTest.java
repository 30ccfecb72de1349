package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.kernel.CellResult;
import resgen.kernel.JavaKernel;
import resgen.kernel.KernelSettings;
import resgen.kernel.output.Sink;

/** Jupyter's interrupt ends the library's long work with what there is, and says so. */
class LibraryInterruptTest {
  @TempDir static Path folder;

  private static JavaKernel kernel;

  /** Keeps what the cells print. */
  private static final class Prints implements Sink {
    final StringBuffer out = new StringBuffer();
    final StringBuffer err = new StringBuffer();

    @Override
    public void stream(boolean error, String text) {
      (error ? err : out).append(text);
    }

    @Override
    public void display(JsonObject bundle) {}

    @Override
    public void update(JsonObject bundle) {}

    @Override
    public void clear(boolean wait) {}
  }

  @BeforeAll
  static void open() {
    System.setProperty("resgen.cache", folder.resolve("cache").toString());
    kernel = JavaKernel.open(KernelSettings.plain());
    Prints prints = new Prints();
    CellResult ready =
        kernel.execute(
            """
            import resgen.*;
            import resgen.codec.*;
            import resgen.lab.*;
            import resgen.sample.*;
            import resgen.token.*;
            import resgen.torch.*;
            import resgen.train.*;
            import resgen.vision.*;
            import resgen.vision.tokenizer.*;
            Torch.threads(1);
            Images images = FashionMnist.test().take(200);
            Tokenizer tokenizer = Tokenizer.load("fashion-rvq8");
            Tokens tokens = tokenizer.encode(images);
            """,
            prints);
    assertTrue(ready.ok(), () -> ready.error().plain());
  }

  @AfterAll
  static void close() {
    kernel.close();
  }

  /** Runs a cell, interrupts it after its first line of output, and returns what it printed. */
  private static String interrupted(String code) throws Exception {
    Prints prints = new Prints();
    var thread = Executors.newSingleThreadExecutor();
    try {
      CompletableFuture<CellResult> running =
          CompletableFuture.supplyAsync(() -> kernel.execute(code, prints), thread);
      while (!prints.out.toString().contains("\n") && !running.isDone()) {
        Thread.sleep(10);
      }
      assertFalse(running.isDone(), () -> "ended by itself: " + running.join());
      kernel.interrupt();
      CellResult result = running.get(60, TimeUnit.SECONDS);
      assertTrue(result.ok(), () -> result.error().plain());
    } finally {
      thread.shutdown();
    }
    assertTrue(prints.err.toString().contains("interrupted"), prints.err.toString());
    return prints.out.toString();
  }

  private static String value(String code) {
    CellResult result = kernel.execute(code, new Prints());
    assertTrue(result.ok(), () -> result.error().plain());
    return result.value().getAsJsonObject("data").get("text/plain").getAsString();
  }

  @Test
  void trainingGivesTheModelAsFarAsItCame() throws Exception {
    interrupted(
        """
        Generator model = ResGen.train(tokens, ResGen.tiny(),
            Training.steps(1_000_000).batch(4).every(1, 1_000_000, 0), Optional.empty(),
            (step, of, seconds, row) -> System.out.println("step " + step));
        """);
    assertEquals("true", value("model.parameterCount() > 0"));
    assertEquals("2", value("model.sample(Labels.of(1, 2), Sampling.steps(2)).size()"));
  }

  @Test
  void samplingGivesTheSamplesThatWereFinished() throws Exception {
    interrupted(
        """
        Generator shipped = ResGen.load("fashion-resgen");
        Samples samples = shipped.sample(Labels.each(10_000), Sampling.steps(2),
            (done, images) -> System.out.println(done + " samples"));
        """);
    assertEquals("true", value("samples.interrupted() && samples.size() < 100_000"));
  }

  @Test
  void evaluationReportsWhatItHas() throws Exception {
    interrupted(
        """
        Generator judged = ResGen.load("fashion-resgen");
        var report = Evaluation.of(judged, done -> System.out.println(done + " samples"))
            .against(images).samples(50_000).sampling(Sampling.steps(2)).run();
        """);
    assertEquals("true", value("report.progress().interrupted()"));
  }
}
