package resgen.audio;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipTest {

  @TempDir Path dir;

  @Test
  void whatIsNoSoundIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> Clip.of(new float[0], 16_000));
    assertThrows(IllegalArgumentException.class, () -> Clip.of(new float[1], 0));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class,
            () -> Clip.of(new float[] {0, Float.POSITIVE_INFINITY}, 16_000));
    assertEquals("sample 1 is Infinity, not finite", e.getMessage());
  }

  /** A player holds exactly what was recorded: nothing is made louder. */
  @Test
  void thePlayerHoldsTheSamples() {
    Clip clip = AudioFile.of(AudioFileTest.resource("bring.wav")).clip();
    String html = clip.toHtml();
    String data = html.substring(html.indexOf("base64,") + 7, html.indexOf("\">"));
    assertEquals(clip, AudioFile.of(Base64.getDecoder().decode(data)).clip());
  }

  @Test
  void aLongClipIsPlayedInPartAndSaysSo() {
    String html = Sounds.noise(16_000, 40 * 16_000, 1).toHtml();
    assertTrue(html.contains("the first 30.0 s of 40.0 s"), html.substring(html.length() - 80));
    assertTrue(Sounds.noise(384_000, 384_000 * 4, 1).toHtml().length() < 2_800_000);
  }

  @Test
  void whatIsBeyondFullScaleIsSaidAndNotWritten() {
    Clip loud = Sounds.sine(16_000, 160, 1000).gain(3);
    assertTrue(loud.toHtml().contains("beyond full scale"));
    assertThrows(IllegalArgumentException.class, () -> loud.write(dir.resolve("loud.wav")));
    assertEquals(0.95, loud.limited().peak(), 1e-6);
  }

  @Test
  void aSpectrogramHasItsColoursInAFixedRange() {
    MelSettings s = new MelSettings(16_000, 1024, 800, 200, 80, 0, 8000, 1e-5);
    float[] values = new float[80 * 100];
    java.util.Arrays.fill(values, 0, 4000, -11.5f);
    java.util.Arrays.fill(values, 4000, 8000, 2f);
    Spectrogram picture = Spectrogram.of(new LogMel(values, s));
    BufferedImage plain = picture.toImage();
    assertEquals(0x040514, plain.getRGB(60, 100) & 0xFFFFFF);
    assertEquals(0xFCFABE, plain.getRGB(52 + 299, 100) & 0xFFFFFF);
    BufferedImage marked = picture.ends(List.of(0.25)).found(List.of(0.5)).prompt(0.2).toImage();
    assertEquals(0xFFFFFF, marked.getRGB(52 + 60, 100) & 0xFFFFFF); // 240 pixels a second
    int white = 0;
    for (int y = 8; y < 248; y++) {
      white += (marked.getRGB(52 + 120, y) & 0xFFFFFF) == 0xFFFFFF ? 1 : 0;
    }
    assertTrue(white > 80 && white < 160, white + " of 240 rows of a dashed line");
  }
}
