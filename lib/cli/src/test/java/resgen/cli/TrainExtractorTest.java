package resgen.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.vision.extract.FashionClassifier;

class TrainExtractorTest {

  @TempDir Path folder;

  private Cli train(String... more) {
    List<String> words = new java.util.ArrayList<>(List.of("train-extractor"));
    words.add("--limit=200");
    words.add("--run=" + folder.resolve("run"));
    words.addAll(List.of(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @Test
  void leavesAClassifierAndItsCurve() {
    Path file = folder.resolve("mine.safetensors");

    Cli run = train("--steps=2", "--threads=1", "--precision=fp32", "--output=" + file);

    assertEquals(Main.OK, run.exitCode(), run.err());
    assertTrue(run.out().contains("2 of 2 steps"), run.out());
    assertTrue(run.out().contains("test accuracy"), run.out());
    try (FashionClassifier classifier = FashionClassifier.load(file)) {
      assertTrue(run.out().contains("hash " + classifier.hash()), run.out());
    }
    assertTrue(Files.exists(folder.resolve("run/metrics.csv")));
  }

  @Test
  void wrongValuesAreRefusedBeforeAnyWork() {
    for (String wrong : List.of("--steps=0", "--precision=fp64", "--output=x.bin", "--threads=0")) {
      Cli run = train(wrong);

      assertEquals(Main.USAGE, run.exitCode(), wrong + "\n" + run.err());
      assertFalse(run.err().isBlank(), wrong);
    }
    assertFalse(Files.exists(folder.resolve("run")));
  }
}
