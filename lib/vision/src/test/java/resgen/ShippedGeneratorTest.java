package resgen;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.mask.Reveal;
import resgen.sample.Sampling;
import resgen.token.Labels;
import resgen.torch.Torch;

/** The shipped generator still draws what it drew when it was shipped. */
class ShippedGeneratorTest {

  /** Another machine's rounding may turn a near tie between two codes. */
  private static final double EQUAL = 0.97;

  private static Generator model;

  @BeforeAll
  static void load() {
    Torch.threads(1);
    model = ResGen.load("fashion-resgen");
  }

  @AfterAll
  static void close() {
    model.close();
  }

  private static int[] golden(int line) throws IOException {
    try (InputStream in =
        ShippedGeneratorTest.class.getResourceAsStream("fashion-resgen-codes.txt")) {
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      String[] words = text.lines().skip(line).findFirst().orElseThrow().split(" ");
      return Arrays.stream(words).mapToInt(Integer::parseInt).toArray();
    }
  }

  private static void assertDraws(int line, Sampling settings) throws IOException {
    int[] expected = golden(line);
    int[] drawn = model.sample(Labels.of(1, 9), settings).codes().rows(0, 1);
    assertEquals(expected.length, drawn.length);
    int equal = 0;
    for (int i = 0; i < drawn.length; i++) {
      equal += drawn[i] == expected[i] ? 1 : 0;
    }
    assertTrue(equal >= EQUAL * drawn.length, equal + " of " + drawn.length + " codes");
  }

  @Test
  void itDrawsTheSameCodesInOneStep() throws IOException {
    assertDraws(0, Sampling.steps(1).reveal(Reveal.RANDOM).topP(0.9999).seed(3));
  }

  @Test
  void itDrawsTheSameCodesWithGuidance() throws IOException {
    assertDraws(1, Sampling.steps(1).guidance(0, 2).topP(0.85).noiseScale(0.5).seed(4));
  }
}
