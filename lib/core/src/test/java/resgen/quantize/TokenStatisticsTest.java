package resgen.quantize;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import resgen.codec.Tokens;
import resgen.model.MadeUp;
import resgen.torch.Torch;

class TokenStatisticsTest {

  private static NDManager manager;
  private static Tokens tokens;

  @BeforeAll
  static void make() {
    Torch.threads(1);
    manager = Torch.manager();
    tokens = MadeUp.tokens(manager, 2, 8, 4, 400);
  }

  @AfterAll
  static void close() {
    manager.close();
  }

  @Test
  void tokenStatisticsAreThoseOfLoops() {
    for (int least : new int[] {tokens.codes().positions(), 1}) {
      int[] lengths = new int[tokens.size()];
      Arrays.setAll(lengths, i -> least + i % (tokens.codes().positions() - least + 1));
      assertLoops(lengths);
    }
  }

  private static void assertLoops(int[] lengths) {
    TokenStatistics statistics = TokenStatistics.of(tokens.codes(), lengths, tokens.codebooks());
    Codebooks books = tokens.codebooks();
    float[] all = books.array().toFloatArray();
    int d = books.depth();
    int v = books.codes();
    int h = books.dimension();
    for (int k = 1; k <= d; k++) {
      double sum = 0;
      for (int i = 0; i < tokens.size(); i++) {
        for (int p = 0; p < lengths[i]; p++) {
          for (int n = 0; n < h; n++) {
            double z = 0;
            for (int j = d - k; j < d; j++) {
              z += all[(j * v + tokens.codes().get(i, p, j)) * h + n];
            }
            sum += z * z;
          }
        }
      }
      double mean = sum / Arrays.stream(lengths).sum() / h;
      assertEquals(Math.sqrt(mean), statistics.deviation()[k - 1], 1e-5);
      int from = (d - k) * v * h;
      assertArrayEquals(Arrays.copyOfRange(all, from, from + v * h), statistics.anchors()[k - 1]);
    }
  }
}
