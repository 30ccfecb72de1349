package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;
import resgen.token.Codes;
import resgen.vision.Images;
import resgen.vision.tokenizer.TokenizerStatistics.Depth;

class TokenizerStatisticsTest {

  private static Images image(int... values) {
    byte[] pixels = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      pixels[i] = (byte) values[i];
    }
    return Images.of("one", 1, 1, values.length, new byte[][] {pixels}, new int[1], List.of("a"));
  }

  @Test
  void perplexityOfKnownFrequencies() {
    assertEquals(4, TokenizerStatistics.perplexity(new long[] {5, 5, 5, 5}), 1e-12);
    assertEquals(1, TokenizerStatistics.perplexity(new long[] {0, 9, 0}), 1e-12);
    // entropy of (½, ¼, ¼) is 1.5 bits
    assertEquals(Math.pow(2, 1.5), TokenizerStatistics.perplexity(new long[] {2, 1, 1}), 1e-12);
  }

  @Test
  void psnrOfKnownErrors() {
    double expected = 10 * Math.log10(255.0 * 255.0 / ((100 + 2500) / 2.0));
    assertEquals(expected, TokenizerStatistics.psnr(image(0, 200), image(10, 250)), 1e-9);
    assertEquals(Double.POSITIVE_INFINITY, TokenizerStatistics.psnr(image(7, 9), image(7, 9)));
  }

  @Test
  void codesAreCountedPerDepth() {
    Codes codes = Codes.of(new int[] {0, 2, 1, 2, 0, 2, 0, 1}, 2, 2); // 2 images, 2 × 2
    assertArrayEquals(new long[] {3, 1, 0}, TokenizerStatistics.counts(codes, 0, 3));
    assertArrayEquals(new long[] {0, 1, 3}, TokenizerStatistics.counts(codes, 1, 3));
  }

  @Test
  void usageIsOfTheWorstDepthAndOnAverage() {
    TokenizerStatistics statistics =
        new TokenizerStatistics(
            "x", 1, List.of(new Depth(1, 10, 10, 9, .5, 20), new Depth(2, 10, 8, 7, .4, 22)));
    assertEquals(22, statistics.psnr(), 0);
    assertEquals(2, statistics.table().intColumn("dead").get(1));
  }
}
