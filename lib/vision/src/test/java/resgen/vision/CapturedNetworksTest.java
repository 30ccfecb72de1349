package resgen.vision;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import resgen.codec.Extraction;
import resgen.token.Codes;
import resgen.torch.RecordedGraphs;
import resgen.torch.Torch;
import resgen.vision.extract.FashionClassifier;
import resgen.vision.tokenizer.TokenCache;
import resgen.vision.tokenizer.Tokenizer;

/** Networks over batches of images: captured ones give the numbers of eager ones bit for bit. */
class CapturedNetworksTest {

  private static final Images IMAGES = FashionMnist.test().take(1300); // the last batch is smaller

  private static int[] all(Codes codes) {
    return codes.rows(java.util.stream.IntStream.range(0, codes.size()).toArray());
  }

  private static Codes encoded() {
    try (Tokenizer tokenizer = Tokenizer.load("fashion-rvq8")) {
      return tokenizer.encode(IMAGES, TokenCache.none()).codes();
    }
  }

  private static float[] decoded(Codes codes) {
    try (Tokenizer tokenizer = Tokenizer.load("fashion-rvq8")) {
      Images images = tokenizer.decode(codes);
      return images.normalized(java.util.stream.IntStream.range(0, images.size()).toArray());
    }
  }

  private static Extraction extracted() {
    try (FashionClassifier classifier = FashionClassifier.load()) {
      return classifier.extract(IMAGES.take(450));
    }
  }

  private static <T> T captured(int graphs, Supplier<T> work) {
    try (RecordedGraphs recorded = RecordedGraphs.install()) {
      T made = work.get();
      assertEquals(graphs, recorded.captures());
      assertEquals(graphs, recorded.closed());
      return made;
    }
  }

  @Test
  void encodingDecodingAndExtractingAreTheSame() {
    Torch.threads(1);
    Codes codes = encoded();
    assertArrayEquals(all(codes), all(captured(1, CapturedNetworksTest::encoded)));
    assertArrayEquals(decoded(codes), captured(1, () -> decoded(codes)), 0);
    Extraction eager = extracted();
    Extraction seen = captured(1, CapturedNetworksTest::extracted);
    assertArrayEquals(eager.features().flat(), seen.features().flat(), 0);
    assertArrayEquals(eager.scores().orElseThrow().flat(), seen.scores().orElseThrow().flat(), 0);
  }
}
