package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.vision.tokenizer.Tokenizer;

class TrainTokenizerTest {

  @TempDir Path folder;

  /** A run of seconds; what is given replaces what is usual here. */
  private Cli train(String... more) {
    List<String> words = new ArrayList<>(List.of("train-tokenizer"));
    List.of(
            "--preset=tiny",
            "--limit=200",
            "--steps=6",
            "--batch=8",
            "--threads=1",
            "--run=" + folder.resolve("run"))
        .stream()
        .filter(
            usual ->
                Stream.of(more)
                    .noneMatch(word -> word.startsWith(usual.substring(0, usual.indexOf('=') + 1))))
        .forEach(words::add);
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void leavesATokenizerAndWhatTheRunWas() throws Exception {
    Path file = folder.resolve("mine.safetensors");

    Cli run = train("--output=" + file, "--set", "quantizer.depth=3", "--seed=5");

    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("6 of 6 steps"), run.out());
    assertTrue(run.err().contains("6 of 6 steps (100 %)"), run.err());
    try (Tokenizer tokenizer = Tokenizer.load(file.toString())) {
      assertEquals(3, tokenizer.settings().quantizer().depth());
      assertEquals(5, tokenizer.origin().training().seed());
    }
    assertTrue(Files.exists(folder.resolve("run/last.safetensors")));
    assertTrue(Files.exists(folder.resolve("run/metrics.csv")));
    assertTrue(Files.readString(folder.resolve("run/run.json")).contains("\"depth\" : 3"));
  }

  @Test
  void aRunIsResumed() {
    assertEquals(Main.OK, train().exitCode());
    Cli again = train();

    assertEquals(Main.OK, again.exitCode(), again.err());
    assertTrue(again.err().contains("resuming"), again.err());
    assertTrue(again.out().contains("6 of 6 steps"), again.out());
  }

  @Test
  void aRunOfOtherSettingsIsNotResumedAndStaysWhatItWas() throws Exception {
    assertEquals(Main.OK, train().exitCode());
    String before = Files.readString(folder.resolve("run/run.json"));
    Cli other = train("--seed=9");

    assertEquals(Main.FAILED, other.exitCode());
    assertTrue(
        other.err().contains("cannot be resumed: its training.seed is 0, this run's is 9. Use"),
        other.err());
    assertEquals(before, Files.readString(folder.resolve("run/run.json")));
  }

  @Test
  void aRunOfOtherDataIsNotResumed() throws Exception {
    assertEquals(Main.OK, train().exitCode());
    String before = Files.readString(folder.resolve("run/run.json"));
    Cli other = train("--limit=150");

    assertEquals(Main.FAILED, other.exitCode());
    assertTrue(other.err().contains("cannot be resumed: its data is"), other.err());
    assertEquals(before, Files.readString(folder.resolve("run/run.json")));
  }

  @Test
  void anInterruptSavesAndSaysSo() {
    Path checkpoint = folder.resolve("run/last.safetensors");
    Thread caller = Thread.currentThread();
    CompletableFuture.runAsync(
        () -> {
          while (!Files.exists(checkpoint)) {
            LockSupport.parkNanos(10_000_000);
          }
          caller.interrupt();
        });

    Cli run = train("--steps=100000", "--set=training.every.checkpoint=3");

    assertEquals(Main.INTERRUPTED, run.exitCode(), run.err());
    assertTrue(run.out().contains("of 100,000 steps"), run.out());
    assertTrue(Files.exists(folder.resolve("run/tokenizer.safetensors")));
  }

  @Test
  void wrongValuesAreRefusedBeforeAnyWork() {
    for (String wrong :
        List.of(
            "--preset=huge",
            "--steps=0",
            "--steps=many",
            "--batch=0",
            "--learning-rate=-1",
            "--threads=0",
            "--limit=0",
            "--data=nowhere",
            "--output=tokenizer.bin",
            "--set=quantizer.depth=73",
            "--set=training.every.log=0",
            "--set=nothing=1",
            "--settings=nowhere.json")) {
      Cli run = train(wrong);

      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
      assertFalse(run.err().isBlank(), wrong);
    }
    assertFalse(Files.exists(folder.resolve("run")));
  }
}
