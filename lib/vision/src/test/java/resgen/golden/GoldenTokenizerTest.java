package resgen.golden;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The shipped tokenizer gives the first 100 test images the codes, and their reconstructions the
 * quality, that it gave them when the files were made: one thread. Codes are compared as equal,
 * PSNR within 1e-4 dB, fingerprints as equal. See {@link Golden} on how a file is remade.
 */
class GoldenTokenizerTest {

  private static final int IMAGES = 100;
  private static final double DECIBEL = 1e-4;

  @BeforeAll
  static void oneThread() {
    GoldenModels.oneThread();
  }

  @Test
  void testImagesHaveTheSameCodes() {
    Golden.check(
        "tokenizer-codes.txt",
        CodeLines.of("image", GoldenModels.tokenizerCodes(IMAGES)),
        CodeLines.comparison(GoldenModels.depth()));
  }

  @Test
  void reconstructionsHaveTheSameQuality() {
    Map<String, String> lines = new LinkedHashMap<>();
    GoldenModels.tokenizerPsnr(IMAGES)
        .forEach((depths, psnr) -> lines.put("psnr of depths to " + depths, psnr.toString()));
    Golden.check("tokenizer-psnr.txt", lines, Golden.near(0, DECIBEL));
  }

  @Test
  void shippedFilesAreWhatTheyWere() {
    Golden.check("fingerprints.txt", GoldenModels.fingerprints(), Golden.exact());
  }
}
