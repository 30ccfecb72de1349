package resgen.vision.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import resgen.vision.Images;

class TokenizerSettingsTest {

  private static Images images(int channels, int height, int width) {
    return Images.of(
        "x",
        channels,
        height,
        width,
        new byte[1][channels * height * width],
        new int[1],
        List.of("a"));
  }

  @Test
  void whatFitsFashionMnistIsItsPreset() {
    assertEquals(TokenizerSettings.small(), TokenizerSettings.fitting(images(1, 28, 28)));
  }

  @ParameterizedTest
  @CsvSource({
    "3,32,32,32,4",
    "1,48,48,48,6",
    "3,64,64,64,8",
    "3,40,64,64,8",
    "3,65,65,80,5",
    "3,128,128,128,8",
    "3,200,256,256,8"
  })
  void theNetworkHasTheChannelsAndTheSizeOfTheImages(
      int channels, int height, int width, int size, int grid) {
    AutoencoderSettings fitting =
        TokenizerSettings.fitting(images(channels, height, width)).autoencoder();
    assertEquals(channels, fitting.channels());
    assertEquals(size, fitting.imageSize());
    assertEquals(grid, fitting.grid());
  }

  @Test
  void imagesThatNothingFitsAreNamed() {
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> TokenizerSettings.fitting(images(1, 257, 10)))
            .getMessage();
    assertTrue(message.contains("1×257×10"), message);
  }

  @Test
  void everySettingCanBeChangedByItself() {
    TokenizerSettings changed =
        TokenizerSettings.small().depth(4).codes(64).dimension(16).precision("fp32");
    assertEquals("4×4 positions × depth 4, 64 codes of dimension 16", changed.spec().toString());
    assertEquals(16, changed.autoencoder().latent());
    assertEquals("fp32", changed.precision());
    AutoencoderSettings network = changed.autoencoder().blocks(3).groups(4).imageSize(64);
    assertEquals(
        new AutoencoderSettings(1, 64, List.of(32, 64, 128), 3, 4, 16),
        changed.autoencoder(network).autoencoder());
    assertEquals(0.5, changed.quantizer(changed.quantizer().decay(0.5)).quantizer().decay());
    assertThrows(IllegalArgumentException.class, () -> changed.autoencoder(network.latent(8)));
  }
}
