package resgen.vision.extract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import resgen.codec.Extractor;
import resgen.codec.Features;
import resgen.torch.ScriptFiles;
import resgen.torch.Torch;
import resgen.vision.Images;

class InceptionExtractorTest {

  /** Feature i is the mean of channel i mod 3 plus i; refuses anything but uint8. */
  private static final String SAME_SIGNATURE =
      """
      def forward(self, img: Tensor, return_features: bool=False, use_fp16: bool=False) -> Tensor:
        assert img.dtype == 0
        m = torch.mean(img.to(6), [2, 3])
        f = torch.cat([m.repeat([1, 682]), m[:, 0:2]], 1) + torch.arange(2048)
        if return_features:
          return f
        return f[:, 0:1008]
      """;

  @TempDir private Path folder;

  @BeforeAll
  static void oneThread() {
    Torch.threads(1);
  }

  @Test
  void featuresOfTheFileAreReturnedForBytesOfAnySize() {
    Path file = ScriptFiles.write(folder.resolve("inception.pt"), SAME_SIGNATURE);
    byte[][] pixels = {{1, 3, 10, 20, (byte) 200, (byte) 250}, {0, 0, 0, 0, 0, 0}};
    Images images = Images.of("made up", 3, 1, 2, pixels, new int[2], List.of("any"));
    try (InceptionExtractor inception = InceptionExtractor.load(file)) {
      Features features = inception.features(images);
      assertEquals(2048, features.dimension());
      assertEquals(2f, features.get(0, 0));
      assertEquals(15f + 1, features.get(0, 1));
      assertEquals(225f + 2, features.get(0, 2));
      assertEquals(15f + 2047, features.get(0, 2047));
      assertEquals(2047f, features.get(1, 2047));
      assertTrue(inception.extract(images).scores().isEmpty());
    }
  }

  @Test
  void greyImagesAreRepeatedAsRgb() {
    Path file = ScriptFiles.write(folder.resolve("inception.pt"), SAME_SIGNATURE);
    Images grey = Images.of("grey", 1, 1, 2, new byte[][] {{10, 20}}, new int[1], List.of("any"));
    try (InceptionExtractor inception = InceptionExtractor.load(file)) {
      Features features = inception.features(grey);
      for (int channel = 0; channel < 3; channel++) {
        assertEquals(15f + channel, features.get(0, channel));
      }
      assertEquals("1×2, grey to RGB, resized within the network", inception.preparation(grey));
    }
  }

  @Test
  void itsDistancesAreFidAndKidAndItsHashIsTheFiles() {
    Path file = ScriptFiles.write(folder.resolve("inception.pt"), SAME_SIGNATURE);
    Path other = ScriptFiles.write(folder.resolve("b.pt"), SAME_SIGNATURE + "\n  ");
    Path changed =
        ScriptFiles.write(folder.resolve("c.pt"), SAME_SIGNATURE.replace("+ torch", "- torch"));
    try (InceptionExtractor a = InceptionExtractor.load(file);
        InceptionExtractor b = InceptionExtractor.load(other);
        InceptionExtractor c = InceptionExtractor.load(changed)) {
      assertEquals("FID", a.metric());
      assertEquals("KID", a.kernelMetric());
      assertEquals(Extractor.FID, a.name());
      assertEquals(a.hash(), b.hash());
      assertTrue(a.hash().matches("[0-9a-f]{12}"));
      assertTrue(!a.hash().equals(c.hash()));
    }
  }

  @Test
  void filesThatAreNotInceptionAreRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.pt"), "no network");
    IllegalArgumentException e =
        assertThrows(IllegalArgumentException.class, () -> InceptionExtractor.load(text));
    assertTrue(e.getMessage().contains("text.pt is not a TorchScript file"), e.getMessage());

    Path narrow =
        ScriptFiles.write(
            folder.resolve("narrow.pt"),
            SAME_SIGNATURE.replace("return f\n", "return f[:, 0:64]\n"));
    e = assertThrows(IllegalArgumentException.class, () -> InceptionExtractor.load(narrow));
    assertTrue(e.getMessage().contains("must return [N, 2048], not [2, 64]"), e.getMessage());

    Path noFlag =
        ScriptFiles.write(
            folder.resolve("flag.pt"), "def forward(self, x: Tensor) -> Tensor:\n  return x\n");
    e = assertThrows(IllegalArgumentException.class, () -> InceptionExtractor.load(noFlag));
    assertTrue(e.getMessage().contains("flag.pt is not inception-2015-12-05"), e.getMessage());
  }
}
